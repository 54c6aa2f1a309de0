"""What 8 bits cost: both networks are asked about the same photos, and timed in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.bundle import Bundle
from pipeline.errors import RunError
from pipeline.evaluation.comparison import Answers, compare
from pipeline.evaluation.metrics import probabilities
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import CROSS_VALIDATED_BELOW, is_of_all, score
from pipeline.photos.checkup import leaks
from pipeline.photos.decoding.decode import square
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes
from pipeline.progress import Report, Stage, Step
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import eight_bit_text

MOST: Final = 2000  # photos; more hardly make the intervals narrower, and each costs time
LEARNED: Final = 200  # training photos whose numbers tell the ranges
_TIMED: Final = 25
_CHUNK: Final = 64

Squares = NDArray[np.uint8]
# `(N, S, S, 3)` uint8 RGB in [0, 255] to `(N, L)` logits.
Ask = Callable[[Squares], NDArray[np.floating]]


def training_photos(photo_set: PhotoSet | None, image_size_px: int) -> Squares:
    """Some of the photos that the run learned from, `(N, S, S, 3)` uint8 RGB in [0, 255].

    Raises:
        RunError: If they are gone.
    """
    if photo_set is None or not len(indices := photo_set.indices("training")):
        raise RunError(
            "The photos of this run are not here any more, and 8 bits have to be fitted to them. "
            "Take the model bundle, or import the photos and train again."
        )
    return _squares(photo_set, _spread(indices, LEARNED), image_size_px)


def tried(
    before: tuple[int, Ask],
    after: tuple[int, Ask],
    photo_set: PhotoSet,
    bundle: Bundle,
    is_sealed: bool,
    report: Report,
) -> dict[str, Any]:
    """Ask both about the test photos, or those of validation where these are sealed.

    Args:
        before: Size of the network's file in bytes, and how it is asked, on one thread.
        after: The same of the one in 8 bits.
        photo_set: The run's photos.
        bundle: The run's own.
        is_sealed: Whether test photos are left alone.
        report: Told how many photos are done.

    Returns:
        Plain values: `split`; `learned`, whether the network has learned from these photos, so that
        it is right about new ones less often; `pairs`, see `comparison.Pairs`, A being `before`;
        of `before` and `after` each `bytes`, `milliseconds` for one photo, `accuracy` and its
        interval `low` to `high`; and the `largest_difference` of a probability.

    Raises:
        RunError: If there are no such photos.
        Stopped: From `report`.
    """
    split, every = _asked_about(photo_set, is_sealed)
    chosen = _spread(every, MOST)
    logits: tuple[list[Any], list[Any]] = ([], [])
    for start in range(0, len(chosen), _CHUNK):
        report(Stage(Step.COMPARING_ANSWERS), start, len(chosen), "photos")
        asked = _squares(photo_set, chosen[start : start + _CHUNK], bundle.image_size_px)
        for side, (_, ask) in zip(logits, (before, after), strict=True):
            side.append(ask(asked))
    said = [probabilities(np.concatenate(side) / bundle.temperature) for side in logits]
    truth, groups = photo_set.labels()[chosen], scenes(photo_set, chosen)
    answers = [Predictions(chosen, truth, one, scenes=groups) for one in said]
    near = leaks.near_copies(photo_set, chosen)
    both = [Answers(chosen.tolist(), truth, one.called, groups) for one in answers]
    sides = []
    seconds = _seconds(before[1], after[1], asked[:1])
    for (size, _), one, took in zip((before, after), answers, seconds, strict=True):
        counted = score(one, near)
        told = {name: counted[name] for name in ("accuracy", "low", "high")}
        sides.append({"bytes": size, "milliseconds": 1000 * took, **told})
    return {
        "split": split,
        "learned": split == "validation" and _learns_from_validation(bundle, photo_set),
        "pairs": asdict(compare(*both).pairs),
        "before": sides[0],
        "after": sides[1],
        "largest_difference": float(np.abs(said[0] - said[1]).max()),
    }


def expect_good_enough(found: dict[str, Any], max_loss: float) -> None:
    """Refuse a network that has lost too much.

    Args:
        found: See `tried`.
        max_loss: By how many points it may be right less often.

    Raises:
        RunError: If it has.
    """
    lost = found["before"]["accuracy"] - found["after"]["accuracy"]
    if 100 * lost > max_loss + 1e-9:
        raise RunError(eight_bit_text.too_much(found, max_loss))


def _asked_about(photo_set: PhotoSet, is_sealed: bool) -> tuple[str, NDArray[np.int64]]:
    for split in ("validation",) if is_sealed else ("test", "validation"):
        if len(found := photo_set.indices(split)):
            return split, found
    raise RunError(
        "This set has no photos to ask about what 8 bits cost. Take the model bundle instead."
    )


def _learns_from_validation(bundle: Bundle, photo_set: PhotoSet) -> bool:
    """Whether all photos but the test ended in the head, as they do in a small set."""
    config = TrainConfig.from_json(bundle.manifest["config"])
    return is_of_all(config) and len(photo_set.photos) < CROSS_VALIDATED_BELOW


def _spread(indices: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many, from the first to the last."""
    places = np.linspace(0, len(indices) - 1, min(most, len(indices))).astype(np.int64)
    chosen: NDArray[np.int64] = indices[places]
    return chosen


def _squares(photo_set: PhotoSet, indices: NDArray[np.int64], image_size_px: int) -> Squares:
    return np.stack([square(photo_set.jpeg(int(index)), image_size_px) for index in indices])


def _seconds(before: Ask, after: Ask, photo: Squares) -> Iterator[float]:
    """How long each takes for a photo: in turns, so that other work slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(_TIMED):
        for ask, times in zip((before, after), taken, strict=True):
            start = time.perf_counter()
            ask(photo)
            times.append(time.perf_counter() - start)
    return (statistics.median(times) for times in taken)
