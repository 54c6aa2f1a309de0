"""The Runs page in AppTest: runs beside the first one."""

from __future__ import annotations

import pytest

from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from tests.workspaces import add_run

ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture
def second(workspace: Workspace, photo_set: PhotoSetRow, run: Run) -> Run:
    """A newer run on the same photos, a little better."""
    made = add_run(workspace, photo_set.id, "Second try")
    with workspace.database.writing() as session:
        record = find(session, made.id)
        record.test = {**(record.test or {}), "accuracy": 1.0}
    return Runs(workspace).get(made.id)


PLAIN = TrainConfig(epochs=3, fine_tune_epochs=2)
