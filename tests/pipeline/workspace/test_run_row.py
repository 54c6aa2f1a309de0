"""What becomes of a run's rows."""

from __future__ import annotations

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run_row import read
from pipeline.workspace.runs import find
from pipeline.workspace.seals import Seals
from pipeline.workspace.states import RunState
from tests.workspaces import add_run


def test_a_row_that_cannot_be_read_is_told_as_damaged(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    made = add_run(workspace, photo_set.id)
    with workspace.database.writing() as session:
        record = find(session, made.id)
        record.config = {"epochs": -5}
        run = read(session, record, None, workspace.runs_folder)
    assert run.state is RunState.DAMAGED
    assert run.error and "damaged" in run.error
    assert run.test == made.test


def test_a_sealed_score_stays_in_its_row(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    made = add_run(workspace, photo_set.id)
    Seals(workspace).seal(photo_set.id)
    with workspace.database.reading() as session:
        record = find(session, made.id)
        assert record.test == made.test
        assert read(session, record, None, workspace.runs_folder).test is None
