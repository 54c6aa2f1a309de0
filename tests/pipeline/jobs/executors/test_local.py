"""Processes of this computer, and of no other."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.jobs.executors.local import Local, log_path, worker_environment
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import Handle, Life, lock_path
from pipeline.workspace.tables import JobRecord


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process like a worker's: it leads its own session."""
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    "other", [{"machine": "m", "boot": "b"}, {"pid_namespace": 7}], ids=["computer", "container"]
)
def test_a_process_of_another_place_is_unknown_and_left_alone(
    workspace: Workspace, sleeper: subprocess.Popen[bytes], other: dict[str, str | int]
) -> None:
    here = Handle.here(lock_path(workspace, "job-1"), sleeper.pid)
    theirs = str(dataclasses.replace(here, **other))
    assert Local(workspace).is_alive(theirs) is Life.UNKNOWN
    Local(workspace).kill(theirs)
    assert sleeper.poll() is None
    Local(workspace).kill(str(here))
    assert sleeper.wait(10) == -9


def test_what_was_about_to_be_started_here_never_was(workspace: Workspace, tmp_path: Path) -> None:
    """Whoever asks holds the lock of the dispatcher that was about to."""
    executor = Local(workspace)
    assert executor.is_alive(str(Handle.here(lock_path(workspace, "job-1")))) is Life.NO
    elsewhere = Handle.here(tmp_path / "job-1.lock")
    assert executor.is_alive(str(elsewhere)) is Life.UNKNOWN, "another dispatcher may be at it"


def test_a_visitors_worker_meets_the_demos_limits(workspace: Workspace) -> None:
    assert worker_environment(workspace, "anna")["PAWTUNE_MODE"] == "demo"
    assert worker_environment(workspace, None).get("PAWTUNE_MODE") == os.environ.get("PAWTUNE_MODE")


def test_a_trainings_log_lies_with_its_run(workspace: Workspace) -> None:
    of_run = log_path(workspace, JobRecord(id="job-1", run_id="run-1"))
    assert of_run.parent == workspace.runs_folder / "run-1"
    assert log_path(workspace, JobRecord(id="job-1")) == workspace.jobs_folder / "job-1.log"
