"""Cross-validation: what it costs, and whether it says what fresh photos say.

Sets are drawn from real photos of cats and dogs as *quick* sees them (without `../shared`: from
made features of 300 numbers), judged as a training judges them, and held against a head that
learned from all of the set and is asked about the photos that are not in it: so many that their own
chance hardly counts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.accuracy_interval import answers_interval
from pipeline.evaluation.metrics import probabilities
from pipeline.heads.cross_validation import cross_validate, solve_by_folds
from pipeline.progress import silent
from tests.benchmarks.honesty.pet_features import KINDS, pet_features
from tests.conftest import SHARED

SIZES: Final = (24, 48, 200, 1_000, 2_000)  # photos of both classes
DRAWS: Final = 10
_OF_EACH: Final = 8_000  # photos that sets are drawn from

Photos = tuple[NDArray[np.float32], NDArray[np.int64]]  # features and labels


def _real() -> Photos:
    features = pet_features(_OF_EACH)
    return np.concatenate([features[kind] for kind in KINDS]), np.repeat([0, 1], _OF_EACH)


def _made() -> Photos:
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], _OF_EACH)
    centres = random.normal(0.6, 0.08, (2, 300))
    noise = random.normal(0, 0.7, (2 * _OF_EACH, 300))
    return np.clip(centres[labels] + noise, 0, 6).astype(np.float32), labels


def _draws(photos: Photos, size: int, sets: int) -> Iterator[tuple[Photos, Photos]]:
    """A set with as many of each class, and photos to ask about."""
    features, labels = photos
    random = np.random.default_rng(size)
    for _ in range(sets):
        ways = [random.permutation(np.flatnonzero(labels == kind)) for kind in (0, 1)]
        learned = np.concatenate([way[: size // 2] for way in ways])
        asked = np.concatenate([way[size // 2 :] for way in ways])
        yield (features[learned], labels[learned]), (features[asked], labels[asked])


def _measured(photos: Photos, size: int, sets: int) -> dict[str, object]:
    seconds, said, fresh, certain, held = [], [], [], [], []
    for (features, labels), (asked, truth) in _draws(photos, size, sets):
        each = np.arange(size)
        began = time.process_time()
        found = cross_validate(features, labels, each, 2, 0, silent)
        seconds.append(time.process_time() - began)
        called_right = found.probabilities.argmax(axis=1) == labels
        said.append(float(called_right.mean()))
        head = solve_by_folds(features, labels, each, 2, 0, silent)
        answers = probabilities(head.head.logits(asked) / head.temperature)
        right = answers.argmax(axis=1) == truth
        fresh.append(float(right.mean()))
        low, high = answers_interval(called_right, labels, each, in_turns=True)
        held.append(low <= fresh[-1] <= high)
        certain.append(float(answers.max(axis=1).mean() - right.mean()))
    apart = 100 * (np.array(said) - fresh)
    return {
        "photos": size,
        "seconds": round(float(np.mean(seconds)), 2),
        "said": round(100 * float(np.mean(said)), 1),
        "fresh_photos_say": round(100 * float(np.mean(fresh)), 1),
        "off_by_in_the_mean": round(float(apart.mean()), 1),
        "spread_of_that": round(float(apart.std()), 1),
        "interval_held": round(100 * float(np.mean(held)), 1),
        "spread_of_a_tenth_alone": _of_a_tenth(fresh, size),
        "certainty_less_right": round(100 * float(np.mean(certain)), 1),
    }


def _of_a_tenth(fresh: list[float], size: int) -> float:
    """How much a score of a tenth of the photos spreads by chance, in points."""
    share = float(np.mean(fresh))
    return round(100 * (share * (1 - share) / max(1, size // 10)) ** 0.5, 1)


def main(sets: int = 20) -> None:
    """Print a line for each size: means over so many sets, in percent and points."""
    kinds = {"real": _real} if (SHARED / "photos").is_dir() else {}
    for name, make in {**kinds, "made": _made}.items():
        photos = make()
        for size in SIZES:
            print(json.dumps({"features": name, **_measured(photos, size, sets)}), flush=True)
