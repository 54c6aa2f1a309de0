"""A run as its row has it, also one that another version wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation.learning_curve import Cut, EarlyEnd
from pipeline.network.started_from import StartedFrom
from pipeline.settings.train_config import FINE_TUNING
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run_row import read
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.seals import Seals
from pipeline.workspace.states import RunState
from tests.workspaces import add_photo_set, add_run, class_folders, cross_validate


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


@pytest.mark.parametrize("is_sealed", [True, False])
def test_under_a_seal_a_score_of_all_photos_is_seen_where_it_leaves_the_test_out(
    workspace: Workspace, photo_set: PhotoSetRow, is_sealed: bool
) -> None:
    made = add_run(workspace, photo_set.id)
    told = cross_validate(workspace, made, is_sealed=is_sealed).cross_validation
    Seals(workspace).seal(photo_set.id)
    run, found = Runs(workspace).get(made.id), Runs(workspace).cross_validated(made.id)
    assert run.is_sealed and run.test is None
    assert run.cross_validation == (told if is_sealed else None)
    if not is_sealed:
        assert found is None
        return
    assert found is not None
    tests = PhotoSets(workspace).open(photo_set.id).indices("test")
    assert not set(found.photo_indices.tolist()) & set(tests.tolist())


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (None, None),
        ({"why": "memory", "phase": FINE_TUNING}, EarlyEnd(Cut.MEMORY, FINE_TUNING)),
        ({"why": "of a later version", "phase": FINE_TUNING}, None),
        ({"why": "memory"}, None),
    ],
)
def test_what_ended_it_early(own_home: Path, tmp_path: Path, told: Any, known: Any) -> None:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    run = add_run(workspace, row.id)
    with workspace.database.writing() as session:
        find(session, run.id).early_end = told
    assert Runs(workspace).get(run.id).early_end == known


def test_a_start_that_cannot_be_read_damages_the_run(own_home: Path, tmp_path: Path) -> None:
    """Else it would be said, and trained, as if it had started from nothing but its settings."""
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    run = add_run(workspace, row.id)
    start = StartedFrom("run-0", "First", "0" * 64, keeps_head=True, has_seen=False)
    for told, state in ((start.to_json(), "done"), ({"run": "run-0"}, "damaged")):
        with workspace.database.writing() as session:
            find(session, run.id).started_from = told
        found = Runs(workspace).get(run.id)
        assert found.state == state
        assert found.started_from == (start if state == "done" else None)
