"""Which run of a sweep the validation photos choose."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from pipeline.tuning import sweep_outcome
from pipeline.workspace.home import open_workspace
from pipeline.workspace.states import RunState
from tests.workspaces import add_photo_set, add_run, class_folders


def test_only_what_was_trained_to_its_end_can_win(own_home: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_home)
    photos = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    made = add_run(workspace, photos.id)

    def run(state: RunState, accuracy: float, loss: float = 0.1) -> sweep_outcome.Run:
        point = dataclasses.replace(made.epochs[-1], val_accuracy=accuracy, val_loss=loss)
        return dataclasses.replace(made, state=state, epochs=(*made.epochs[:-1], point))

    worse, better = run(RunState.DONE, 0.8), run(RunState.DONE, 0.9)
    surer = run(RunState.DONE, 0.9, loss=0.05)
    behind, waiting = run(RunState.STOPPED, 1.0), dataclasses.replace(made, epochs=())
    assert sweep_outcome.best([worse, behind, better, waiting]) is better
    assert sweep_outcome.best([better, surer]) is surer
    assert sweep_outcome.best([better, dataclasses.replace(better)]) is better, "the first"
    assert sweep_outcome.best([behind, waiting]) is None
    assert sweep_outcome.validation(waiting) is None
