"""Very uneven classes: how many of the rare class are found, with and without class weights.

Sets are drawn from real photos, cats and dogs in turn being the rare class, and learned from as
*quick* does: a tenth is set aside, on the rest folds choose the strength and the certainty. Asked
about are 2,000 photos of each class that were in no set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.evaluation.class_weights import settled
from pipeline.evaluation.metrics import probabilities
from pipeline.heads.cross_validation import solve_by_folds
from pipeline.heads.solved import solve
from pipeline.progress import silent
from pipeline.settings.hyperparameters import AUTO, BALANCED, UNWEIGHTED
from pipeline.settings.train_config import TrainConfig
from tests.benchmarks.honesty.pet_features import KINDS, pet_features

SIZES: Final = ((95, 5), (190, 10), (200, 50), (380, 20))  # photos of the usual and the rare class
DRAWS: Final = 40
_DRAWN_FROM: Final = 2_000
_ASKED_ABOUT: Final = 2_000

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Draw:
    """One set, and photos to ask about, the usual class first.

    Attributes:
        usual: `(N, F)` features of the set's usual class.
        rare: `(n, F)` of its rare class.
        asked: `(2, 2000, F)` to ask about.
    """

    usual: Features
    rare: Features
    asked: tuple[Features, Features]


def draws(usual: int, rare: int, count: int = DRAWS) -> Iterator[Draw]:
    """Sets of so many photos, always the same ones."""
    features = pet_features(_DRAWN_FROM + _ASKED_ABOUT)
    random = np.random.default_rng(usual + rare)
    for number in range(count):
        first, second = (features[kind] for kind in (KINDS if number % 2 else KINDS[::-1]))
        chosen = [random.permutation(_DRAWN_FROM)[:size] for size in (usual, rare)]
        asked = first[_DRAWN_FROM:], second[_DRAWN_FROM:]
        yield Draw(first[chosen[0]], second[chosen[1]], asked)


def found_shares(draw: Draw, class_weight: str, by_folds: bool = True) -> tuple[float, ...]:
    """Shares found of the usual and of the rare class, and two errors in certainty.

    Args:
        draw: The set.
        class_weight: The setting.
        by_folds: Whether folds choose the strength, or the few validation photos.

    Returns:
        Two recalls, 0 to 1; by how much certainty is off, 0 to 1, of photos that come as in the
        set, and of as many of each class.
    """
    parts = [_divided(draw.usual), _divided(draw.rare)]
    learned, judged = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    labels, known = (np.repeat([0, 1], [len(part[place]) for part in parts]) for place in (0, 1))
    config = settled(TrainConfig(class_weight=class_weight), np.bincount(labels).tolist())
    balanced = config.class_weight == BALANCED
    if by_folds:
        every, of_all = np.concatenate([learned, judged]), np.concatenate([labels, known])
        with threadpool_limits(1, user_api="blas"):
            found = solve_by_folds(
                every, of_all, np.arange(len(every)), 2, 0, silent, balanced=balanced
            )
        head, heat = found.head, found.temperature
    else:
        head, heat = solve(learned, labels, judged, known, 2, silent, balanced).head, 1.0
    answers = [probabilities(head.logits(asked) / heat) for asked in draw.asked]
    recalls = [float((one.argmax(axis=1) == index).mean()) for index, one in enumerate(answers)]
    sizes = len(draw.usual), len(draw.rare)
    return (*recalls, _off(answers, sizes), _off(answers, (1, 1)))


def _divided(features: Features) -> tuple[Features, Features]:
    """Training and validation, as an import divides photos; the test's tenth is left out."""
    tenth = max(1, round(len(features) / 10))
    return features[: len(features) - 2 * tenth], features[-2 * tenth : -tenth]


def _off(answers: list[NDArray[np.float32]], sizes: tuple[int, int]) -> float:
    """Expected calibration error with 15 bands where classes come in these proportions."""
    weights = np.repeat(
        [sizes[0] / len(answers[0]), sizes[1] / len(answers[1])], list(map(len, answers))
    )
    truth = np.repeat([0, 1], list(map(len, answers)))
    every = np.concatenate(answers)
    sure, right = every.max(axis=1), every.argmax(axis=1) == truth
    bands = np.minimum((sure * 15).astype(int), 14)
    apart = np.bincount(bands, weights * (sure - right), 15)
    return float(np.abs(apart).sum() / weights.sum())


def main(sets: int = DRAWS) -> None:
    """One line for each size and setting: means over the draws, and the worst draw."""
    for sizes in SIZES:
        every = list(draws(*sizes, sets))
        for setting, by_folds in (
            (UNWEIGHTED, False),
            (BALANCED, False),
            (UNWEIGHTED, True),
            (AUTO, True),
        ):
            shares = np.array([found_shares(draw, setting, by_folds) for draw in every])
            line = {
                "usual": sizes[0],
                "rare": sizes[1],
                "class_weight": setting,
                "strength_by": "folds" if by_folds else "validation photos",
                "found_of_the_rare": round(100 * shares[:, 1].mean(), 1),
                "in_the_worst_draw": round(100 * shares[:, 1].min(), 1),
                "found_of_the_usual": round(100 * shares[:, 0].mean(), 1),
                **(
                    {
                        "certainty_off_by": round(100 * shares[:, 2].mean(), 1),
                        "and_of_as_many_of_each": round(100 * shares[:, 3].mean(), 1),
                    }
                    if by_folds
                    else {}
                ),
            }
            print(json.dumps(line), flush=True)
