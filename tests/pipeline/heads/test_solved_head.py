from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.evaluation.calibration import temperature
from pipeline.heads.head_data import HeadData
from pipeline.heads.solved import solve
from pipeline.heads.solved_head import SolvedHead, solve_head
from pipeline.progress import silent
from pipeline.settings.hyperparameters import BALANCED, SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

INDICES = {"training": np.arange(40), "validation": np.arange(40, 44)}


@dataclass
class Given:
    """44 photos of two overlapping classes; four of them are for validation."""

    seed: int = 0
    small: bool = True
    config: TrainConfig = TrainConfig(head=SOLVED, epochs=1, fine_tune_epochs=0)  # noqa: RUF009

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        labels = np.arange(44) % 2
        features = random.normal(0, 1, (44, 60)).astype(np.float32)
        features[:, 0] += 2.5 * labels
        groups = np.arange(44)
        self.labels, self.features, split_groups = (
            {split: every[chosen] for split, chosen in INDICES.items()}
            for every in (labels, features, groups)
        )
        self.data = HeadData(
            2,
            self.labels,
            np.arange(40, dtype=np.uint64),
            split_groups if self.small else None,
            self.pooled,
        )

    def pooled(self, split: str, view: int | None) -> NDArray[np.float32]:
        assert view is None
        return self.features[split]

    def solved(self) -> SolvedHead:
        return solve_head(self.data, self.config, Stopwatch(), silent)


def tuned_later() -> Given:
    return Given(config=TrainConfig(head=SOLVED, epochs=1, fine_tune_epochs=2))


def by_validation(given: Given) -> Any:
    return solve(
        given.features["training"],
        given.labels["training"],
        given.features["validation"],
        given.labels["validation"],
        2,
        silent,
    )


def same(one: SolvedHead, other: SolvedHead) -> bool:
    return bool((one.head.kernel == other.head.kernel).all())


def test_a_large_set_is_solved_as_ever() -> None:
    given = Given(small=False)
    found = given.solved()
    assert same(found, by_validation(given))
    assert found.temperature is None


def test_a_small_set_learns_from_all_that_is_no_test() -> None:
    found = Given().solved()
    other = Given()
    other.labels["validation"] = 1 - other.labels["validation"]
    assert not np.allclose(found.head.kernel, other.solved().head.kernel, atol=1e-3)
    # The curve is the one of the training photos, held against the validation photos.
    assert len(found.path) > 2
    assert other.solved().path[-1].val_accuracy < found.path[-1].val_accuracy


@pytest.mark.parametrize("small", [False, True])
def test_classes_count_alike_where_the_settings_say_so(small: bool) -> None:
    """Of photos of which nothing tells the class, eight to one, a balanced head says: either."""
    given = Given(small=small)
    for split, chosen in INDICES.items():
        given.labels[split] = (chosen % 9 == 0).astype(np.int64)
        given.features[split][:] = 0
    asked = np.zeros((1, 60), np.float32)
    usual = given.solved().head.logits(asked)[0, 0]
    given.config = replace(given.config, class_weight=BALANCED)
    either = given.solved().head.logits(asked)[0, 0]
    assert usual < -1
    assert either == pytest.approx(0, abs=0.01)


def test_what_chooses_an_epoch_of_fine_tuning_was_not_learned() -> None:
    given = tuned_later()
    tuned = given.solved()
    assert not same(tuned, Given().solved())
    # The head of the path's last point: the validation photos tell what it is worth.
    logits = tuned.head.logits(given.features["validation"])
    right = np.mean((logits[:, 0] > 0) == given.labels["validation"])
    assert right == pytest.approx(tuned.path[-1].val_accuracy)


def test_certainty_is_no_luck_of_four_photos() -> None:
    """Over many draws of the same kind of photos; each time four for validation."""
    by_folds, by_four = [], []
    for seed in range(12):
        given = Given(seed)
        by_folds.append(given.solved().temperature)
        logits = by_validation(given).head.logits(given.features["validation"])
        by_four.append(temperature(given.labels["validation"], logits))
    spread = [np.ptp(np.log(heats)) for heats in (by_folds, by_four)]
    assert spread[0] < 0.6 * spread[1], spread


def test_the_same_photos_and_settings_give_the_same_head() -> None:
    assert same(Given().solved(), Given().solved())
