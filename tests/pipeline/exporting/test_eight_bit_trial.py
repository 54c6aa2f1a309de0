"""What 8 bits cost: which photos are asked about, how long it takes, what is too much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.classify.bundle import read_bundle
from pipeline.errors import RunError
from pipeline.evaluation.comparison import Pairs
from pipeline.exporting import eight_bit_trial
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import silent
from pipeline.settings.environment import EXAMPLE
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from tests.workspaces import add_photo_set, class_folders


def test_it_is_fitted_to_training_photos_alone(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_set = PhotoSet.open(workspace.photo_sets_folder / run.photo_set_id)
    read: list[int] = []
    jpeg = PhotoSet.jpeg
    monkeypatch.setattr(PhotoSet, "jpeg", lambda self, one: read.append(one) or jpeg(self, one))
    squares = eight_bit_trial.training_photos(photo_set, 96)
    assert len(squares) == len(read) > 0
    assert set(read) <= set(photo_set.indices("training").tolist())


@pytest.mark.parametrize(("after", "allowed"), [(0.98, True), (0.9799, False)])
def test_the_limit_itself_is_allowed(after: float, allowed: bool) -> None:
    pairs = {"both_right": 98, "only_a": 1, "only_b": 0, "both_wrong": 1}
    found = {
        "split": "test",
        "pairs": pairs,
        "before": {"accuracy": 0.99},
        "after": {"accuracy": after},
    }
    if allowed:
        eight_bit_trial.expect_good_enough(found, 1.0)
    else:
        with pytest.raises(RunError):
            eight_bit_trial.expect_good_enough(found, 1.0)


def test_times_are_taken_in_turns() -> None:
    order: list[str] = []

    def ask(name: str):
        return lambda photos: order.append(name) or np.zeros((len(photos), 1), np.float32)

    list(eight_bit_trial._seconds(ask("a"), ask("b"), np.zeros((1, 8, 8, 3), np.uint8)))
    assert order == ["a", "b"] * (len(order) // 2) and len(order) > 10


def test_copies_of_what_was_learned_count_among_some_of_the_photos_too(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large set not all test photos are asked about; the interval is as wide as a run's."""
    folder = class_folders(tmp_path / "photos", photos=30)
    photo_set = PhotoSet.open(workspace.photo_sets_folder / add_photo_set(workspace, folder).id)
    prints = photo_set.fingerprints()
    assert prints is not None
    tested, labels = photo_set.indices("test"), photo_set.labels()
    copied = prints.copy()  # every test photo was learned from
    for one in tested:
        learned, *_ = np.intersect1d(
            photo_set.indices("training"), np.flatnonzero(labels == labels[one])
        )
        copied[one] = prints[learned]
    monkeypatch.setattr(PhotoSet, "fingerprints", lambda _self: copied)
    monkeypatch.setattr(eight_bit_trial, "MOST", len(tested) - 1)

    def ask(photos: np.ndarray) -> np.ndarray:
        return np.ones((len(photos), 1), np.float32)

    bundle = read_bundle(EXAMPLE / "bundle")
    sides = (1, ask), (1, ask)
    found = eight_bit_trial.tried(*sides, photo_set, bundle, False, silent)
    assert Pairs(**found["pairs"]).photos == len(tested) - 1
    assert (found["after"]["low"], found["after"]["high"]) == (0.0, 1.0)
    monkeypatch.setattr(PhotoSet, "fingerprints", lambda _self: prints)
    found = eight_bit_trial.tried(*sides, photo_set, bundle, False, silent)
    assert 0 < found["after"]["low"] < found["after"]["high"] < 1
