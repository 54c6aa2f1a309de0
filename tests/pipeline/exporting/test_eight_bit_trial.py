"""What 8 bits cost: which photos are asked about, how long it takes, what is too much."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import RunError
from pipeline.exporting import eight_bit_trial
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run


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
