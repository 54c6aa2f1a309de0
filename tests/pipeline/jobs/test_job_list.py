"""What waits and has ended: each visitor sees his own, and stops his own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import JobError
from pipeline.jobs import dispatch
from pipeline.jobs.job_list import JobList
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.states import JobState
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    return open_workspace(tmp_path / "home")


def test_a_job_is_found_by_what_was_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    rows = [add_photo_set(workspace, class_folders(tmp_path / str(n), n)) for n in (3, 4)]
    first, second = (Jobs(workspace).submit_study(row.id) for row in rows)
    listed = JobList(workspace)
    assert [job.id for job in listed.active()] == [first.id, second.id]
    assert listed.latest("study", photo_set=rows[0].id) == listed.get(first.id)
    assert listed.latest("map", photo_set=rows[0].id) is None


def test_only_its_visitor_sees_and_stops_it(workspace: Workspace, tmp_path: Path) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "a", 3), visitor="ada")
    job = Jobs(workspace, "ada").submit_study(row.id)
    assert JobList(workspace, "bob").active() == ()
    with pytest.raises(JobError, match="no such job"):
        JobList(workspace, "bob").stop(job.id)
    JobList(workspace, "ada").stop(job.id)
    assert JobList(workspace, "ada").get(job.id).state == JobState.STOPPED
