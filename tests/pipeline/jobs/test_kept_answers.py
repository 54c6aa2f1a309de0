"""What a training leaves is handed in by hand here; whole trainings: test_train_job.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.evaluation.predictions import read_predictions
from pipeline.evaluation.run_score import is_without_test
from pipeline.jobs.kept_answers import keep_cross_validation, keep_validation
from pipeline.learning.out_of_fold import OutOfFold
from pipeline.network.started_from import StartedFrom
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.runs import CROSS_VALIDATION, VALIDATION_PREDICTIONS

TRUTH = np.arange(20) % 2
INDICES = {"training": np.arange(14), "validation": np.arange(14, 17), "test": np.arange(17, 20)}


@dataclass
class Place:
    """A run's folder, a set of 20 photos, and what its training left; the first one is wrong."""

    folder: Path
    fine_tune_epochs: int = 0
    groups: tuple[int, ...] = tuple(range(20))
    has_judged: bool = True
    left_out: bool = False  # whether the test photos judged nothing
    started_from: StartedFrom | None = None

    @property
    def run(self) -> Any:
        config = TrainConfig(head=SOLVED, epochs=1, fine_tune_epochs=self.fine_tune_epochs)
        return SimpleNamespace(results=self.folder, config=config, started_from=self.started_from)

    @property
    def photo_set(self) -> Any:
        return SimpleNamespace(labels=lambda: TRUTH, indices=INDICES.__getitem__)

    @property
    def trained(self) -> Any:
        shares = np.full((20, 2), 0.1, np.float32)
        shares[np.arange(20), TRUTH] = 0.9
        shares[0] = shares[0, ::-1]
        asked = np.arange(17 if self.left_out else 20)
        judged = OutOfFold(asked, shares[asked], asked % 5, np.array(self.groups)[asked])
        return SimpleNamespace(
            out_of_fold=judged if self.has_judged else None,
            validation_logits=np.zeros((3, 1), np.float32),
            temperature=1.0,
        )


def test_every_photo_is_counted_once(tmp_path: Path) -> None:
    place = Place(tmp_path, groups=(3, 4, 3, *range(3, 20)))
    told = keep_cross_validation(place.run, place.photo_set, place.trained, is_sealed=False)
    assert told is not None
    assert (told["accuracy"], told["photos"], told["folds"]) == (0.95, 20, 5)
    assert told["near_copies"] == 5, "two groups of lookalikes, each asked about in several folds"
    found = read_predictions(tmp_path / CROSS_VALIDATION)
    assert found is not None
    assert found.photo_indices.tolist() == list(range(20))
    assert found.in_turns
    assert told["scenes"] == len(set(place.groups))


def test_of_a_sealed_set_no_answer_about_a_test_photo_is_kept(tmp_path: Path) -> None:
    place = Place(tmp_path, groups=(3, 4, 3, *range(3, 18), 20, 20))
    told = keep_cross_validation(place.run, place.photo_set, place.trained, is_sealed=True)
    assert told is not None
    assert (told["accuracy"], told["photos"], told["folds"]) == (16 / 17, 17, 5)
    assert told["near_copies"] == 5, "the two test photos that look alike are not counted"
    assert is_without_test(told)
    found = read_predictions(tmp_path / CROSS_VALIDATION)
    assert found is not None and found.in_turns
    assert found.photo_indices.tolist() == list(range(17))
    whole = keep_cross_validation(place.run, place.photo_set, place.trained, is_sealed=False)
    assert not is_without_test(whole)


def test_what_was_judged_without_the_test_photos_is_kept_as_it_is(tmp_path: Path) -> None:
    place = Place(tmp_path, left_out=True)
    told = keep_cross_validation(place.run, place.photo_set, place.trained, is_sealed=True)
    assert told is not None and is_without_test(told)
    assert (told["accuracy"], told["photos"]) == (16 / 17, 17)
    keep_validation(place.run, place.photo_set, place.trained)
    for name in (CROSS_VALIDATION, VALIDATION_PREDICTIONS):
        found = read_predictions(tmp_path / name)
        assert found is not None
        assert found.photo_indices.tolist() == list(range(17))


def test_without_answers_nothing_is_kept(tmp_path: Path) -> None:
    place = Place(tmp_path, has_judged=False)
    assert keep_cross_validation(place.run, place.photo_set, place.trained, is_sealed=False) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fine_tune_epochs", "has_judged", "asked"),
    [(0, True, 17), (5, True, 3), (5, False, 3)],
)
def test_advice_is_drawn_from_photos_that_were_neither_learned_nor_for_the_test(
    tmp_path: Path, fine_tune_epochs: int, has_judged: bool, asked: int
) -> None:
    place = Place(tmp_path, fine_tune_epochs, has_judged=has_judged)
    keep_validation(place.run, place.photo_set, place.trained)
    found = read_predictions(tmp_path / VALIDATION_PREDICTIONS)
    assert found is not None
    assert found.photo_indices.tolist() == list(range(17 - asked, 17))
    np.testing.assert_array_equal(found.truth, TRUTH[17 - asked : 17])
    assert found.probabilities.max() == pytest.approx(0.9 if asked == 17 else 0.5)


def test_answers_that_were_learned_are_not_kept(tmp_path: Path) -> None:
    """A Stop came before heads were asked that had not learned the validation photos."""
    place = Place(tmp_path, has_judged=False)
    keep_validation(place.run, place.photo_set, place.trained)
    assert not list(tmp_path.iterdir())


def test_a_backbone_that_has_seen_the_set_is_advised_on_by_validation_photos(
    tmp_path: Path,
) -> None:
    """Nobody asks heads in turns then, and the computed head has not learned these photos."""
    start = StartedFrom("run-0", "First", "0" * 64, keeps_head=True, has_seen=True)
    place = Place(tmp_path, has_judged=False, started_from=start)
    keep_validation(place.run, place.photo_set, place.trained)
    found = read_predictions(tmp_path / VALIDATION_PREDICTIONS)
    assert found is not None and found.photo_indices.tolist() == [14, 15, 16]
