from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.evaluation.calibration import temperature
from pipeline.heads.solved import solve
from pipeline.learning.learners import Material
from pipeline.learning.solved_head import SolvedHead, solve_head
from pipeline.progress import silent
from pipeline.settings.hyperparameters import BALANCED, SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

TRAINING, VALIDATION = np.arange(40), np.arange(40, 44)


@dataclass
class Frozen:
    features: dict[str, NDArray[np.float32]]

    def pooled(self, split: str, view: int | None) -> NDArray[np.float32]:
        assert view is None
        return self.features[split]


def material(seed: int = 0, small: bool = True, fine_tune_epochs: int = 0) -> Material:
    """44 photos of two overlapping classes; four of them are for validation."""
    random = np.random.default_rng(seed)
    labels = np.arange(44) % 2
    features = random.normal(0, 1, (44, 60)).astype(np.float32)
    features[:, 0] += 2.5 * labels
    indices = {"training": TRAINING, "validation": VALIDATION}
    frozen: Any = Frozen({split: features[chosen] for split, chosen in indices.items()})
    return Material(
        TrainConfig(head=SOLVED, epochs=1, fine_tune_epochs=fine_tune_epochs),
        np.zeros((44, 1, 1, 3), np.uint8),
        np.arange(44, dtype=np.uint64),
        indices,
        {split: labels[chosen] for split, chosen in indices.items()},
        frozen,
        np.arange(44) if small else None,
        Stopwatch(),
    )


def by_validation(given: Material) -> Any:
    features, labels = given.frozen.features, given.labels  # type: ignore[attr-defined]
    return solve(
        features["training"],
        labels["training"],
        features["validation"],
        labels["validation"],
        2,
        silent,
    )


def same(one: SolvedHead, other: SolvedHead) -> bool:
    return bool((one.head.kernel == other.head.kernel).all())


def test_a_large_set_is_solved_as_ever() -> None:
    given = material(small=False)
    found = solve_head(given, 2, silent)
    assert same(found, by_validation(given))
    assert found.temperature is None


def test_a_small_set_learns_from_all_that_is_no_test() -> None:
    found = solve_head(material(), 2, silent)
    other = material()
    other.labels["validation"] = 1 - other.labels["validation"]
    assert not np.allclose(found.head.kernel, solve_head(other, 2, silent).head.kernel, atol=1e-3)
    # The curve is the one of the training photos, held against the validation photos.
    assert len(found.path) > 2
    assert solve_head(other, 2, silent).path[-1].val_accuracy < found.path[-1].val_accuracy


@pytest.mark.parametrize("small", [False, True])
def test_classes_count_alike_where_the_settings_say_so(small: bool) -> None:
    """Of photos of which nothing tells the class, eight to one, a balanced head says: either."""
    given = material(small=small)
    for split, chosen in given.indices.items():
        given.labels[split] = (chosen % 9 == 0).astype(np.int64)
        given.frozen.features[split][:] = 0  # type: ignore[attr-defined]
    alike = replace(given, config=replace(given.config, class_weight=BALANCED))
    asked = np.zeros((1, 60), np.float32)
    usual, either = (solve_head(one, 2, silent).head.logits(asked)[0, 0] for one in (given, alike))
    assert usual < -1
    assert either == pytest.approx(0, abs=0.01)


def test_what_chooses_an_epoch_of_fine_tuning_was_not_learned() -> None:
    tuned = solve_head(material(fine_tune_epochs=2), 2, silent)
    assert not same(tuned, solve_head(material(), 2, silent))
    # The head of the path's last point: the validation photos tell what it is worth.
    given = material(fine_tune_epochs=2)
    logits = tuned.head.logits(given.frozen.pooled("validation", None))
    right = np.mean((logits[:, 0] > 0) == given.labels["validation"])
    assert right == pytest.approx(tuned.path[-1].val_accuracy)


def test_certainty_is_no_luck_of_four_photos() -> None:
    """Over many draws of the same kind of photos; each time four for validation."""
    by_folds, by_four = [], []
    for seed in range(12):
        given = material(seed)
        by_folds.append(solve_head(given, 2, silent).temperature)
        head = by_validation(given).head
        logits = head.logits(given.frozen.pooled("validation", None))
        by_four.append(temperature(given.labels["validation"], logits))
    spread = [np.ptp(np.log(heats)) for heats in (by_folds, by_four)]
    assert spread[0] < 0.6 * spread[1], spread


def test_the_same_photos_and_settings_give_the_same_head() -> None:
    assert same(solve_head(material(), 2, silent), solve_head(material(), 2, silent))
