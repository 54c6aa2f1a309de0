"""What holds of every executor: it starts, knows, and ends, and never guesses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.jobs.executors.executor import Executor
from pipeline.jobs.executors.local import Local, reap
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import Life
from pipeline.workspace.tables import JobRecord
from tests.workspaces import wait_for

JOB = JobRecord(id="job-1", kind="map", attempt=1)


class Kind(NamedTuple):
    """An executor, and how this test makes it behave."""

    make: Callable[[Workspace], Executor]


KINDS = {"local": Kind(Local)}


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture(params=KINDS)
def executor(
    request: pytest.FixtureRequest,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Executor]:
    """One whose workers write down what they are asked for, and wait to be ended."""
    worker = tmp_path / "python"
    worker.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nexec sleep 60\n')
    worker.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(worker))
    executor = KINDS[request.param].make(workspace)
    started: list[str] = []
    real = executor.start

    def start(job: JobRecord, attempt: int) -> str:
        started.append(real(job, attempt))
        return started[-1]

    monkeypatch.setattr(executor, "start", start)
    yield executor
    for handle in started:
        executor.kill(handle)
    reap()


def test_what_was_started_lives_until_it_is_ended(executor: Executor) -> None:
    handle = executor.start(JOB, 1)
    assert executor.is_alive(handle) is Life.YES
    executor.kill(handle)
    wait_for(lambda: executor.is_alive(handle) is Life.NO, "its end")
    executor.kill(handle)  # a second time does nothing


def test_a_worker_is_told_which_attempt_it_is(executor: Executor, tmp_path: Path) -> None:
    executor.start(JOB, 3)
    wait_for((tmp_path / "asked").exists, "that it begins")
    wait_for(lambda: (tmp_path / "asked").read_text() != "", "that it says so")
    assert (tmp_path / "asked").read_text() == "-m pipeline.jobs.worker job-1 3\n"


def test_the_same_job_is_not_started_beside_itself(executor: Executor) -> None:
    handle = executor.start(JOB, 1)
    with pytest.raises(BlockingIOError):
        executor.start(JOB, 1)
    assert executor.is_alive(handle) is Life.YES


def test_any_other_executor_of_its_kind_knows_the_handle(
    executor: Executor, workspace: Workspace
) -> None:
    handle = executor.start(JOB, 1)
    other = KINDS[executor.name].make(workspace)
    assert other.is_alive(handle) is Life.YES
    other.kill(handle)
    wait_for(lambda: executor.is_alive(handle) is Life.NO, "its end")


@pytest.mark.parametrize("handle", ["", "{}", '{"pod": 3}', "\udcff"])
def test_of_what_is_no_handle_of_its_own_it_knows_nothing(executor: Executor, handle: str) -> None:
    assert executor.is_alive(handle) is Life.UNKNOWN
    executor.kill(handle)
