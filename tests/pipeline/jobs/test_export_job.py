"""Asking for an export: what is refused, and what is asked for once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RunError
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.network.started_from import StartedFrom
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is submitted stays in the queue."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def photo_set(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))


@pytest.fixture
def run(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """A finished run that can answer."""
    return finished_run(workspace, photo_set)


def test_what_cannot_be_asked_for(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    jobs = Jobs(workspace)
    busy = add_run(workspace, photo_set.id, "Busy", state="running")
    broken = add_run(workspace, photo_set.id, "Broken", state="failed")
    for run_id, form, words in (
        ("run-none", "bundle", "no such run"),
        (busy.id, "report", "Busy is still running"),
        (broken.id, "bundle", "Broken ended before a model was kept"),
        (broken.id, "tflite", "bundle, keras, savedmodel, onnx, int8, microcontroller, script"),
    ):
        with pytest.raises(RunError, match=words):
            jobs.submit_export(run_id, form)
    start = StartedFrom("run-0", "An old one", "0" * 64, keeps_head=True, has_seen=True)
    with workspace.database.writing() as session:
        find(session, broken.id).started_from = start.to_json()
    with pytest.raises(RunError, match="a program would have to begin without it"):
        jobs.submit_export(broken.id, "script")
    assert [job.kind for job in jobs.active()] == ["train"]
    assert jobs.submit_export(broken.id, "report").title == "Report: Broken"


def test_a_double_click_is_one_job(workspace: Workspace, run: Run) -> None:
    jobs = Jobs(workspace)
    first = jobs.submit_export(run.id, "bundle")
    assert jobs.submit_export(run.id, "bundle").id == first.id
    assert jobs.submit_export(run.id, "script").id != first.id
    assert (first.kind, first.run_id, first.request["format"]) == ("export", None, "bundle")


def test_a_visitor_takes_away_only_what_he_sees(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    run = add_run(workspace, photo_set.id, visitor="anna")
    assert Jobs(workspace, "anna").submit_export(run.id, "report")
    with pytest.raises(RunError, match="no such run"):
        Jobs(workspace, "bert").submit_export(run.id, "report")
