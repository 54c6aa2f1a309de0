"""Whether a job's worker lives: by its lock, and by its process where there is no lock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pipeline.files.locks import handed_down
from pipeline.workspace.home import open_workspace
from pipeline.workspace.liveness import is_alive, is_at_work, lock_path
from pipeline.workspace.tables import JobRecord

OURS = os.getpid()


def test_the_very_process_is_alive() -> None:
    assert is_alive(OURS, psutil.Process(OURS).create_time())


@pytest.mark.parametrize("later_s", [-60.0, 60.0])
def test_another_process_of_the_same_number_is_not_it(later_s: float) -> None:
    assert not is_alive(OURS, psutil.Process(OURS).create_time() + later_s)


def test_without_its_number_or_its_start_nobody_knows_it() -> None:
    assert not is_alive(None, 1.0)
    assert not is_alive(OURS, None)


def test_who_ended_is_not_alive_and_no_more_before_he_is_waited_for() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert child.stdin is not None
    created = psutil.Process(child.pid).create_time()
    assert is_alive(child.pid, created)
    child.stdin.close()  # it ends with an error, and stays a zombie until somebody waits
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(child.pid, created)
    child.wait()
    assert not is_alive(child.pid, created)


def test_who_holds_the_lock_is_at_work_whatever_the_clock_says(own_home: Path) -> None:
    workspace = open_workspace(own_home)
    created = psutil.Process(OURS).create_time()
    stepped = JobRecord(id="job-1", pid=OURS, pid_created=created - 3)  # as the clock has it now
    with handed_down(lock_path(workspace, "job-1")):
        assert is_at_work(workspace, stepped)


def test_a_lock_that_was_left_over_is_no_life(own_home: Path) -> None:
    workspace = open_workspace(own_home)
    record = JobRecord(id="job-1", pid=OURS, pid_created=psutil.Process(OURS).create_time())
    lock_path(workspace, "job-1").touch()
    assert not is_at_work(workspace, record)


def test_the_work_of_an_earlier_version_is_known_by_its_process(own_home: Path) -> None:
    workspace = open_workspace(own_home)
    record = JobRecord(id="job-1", pid=OURS, pid_created=psutil.Process(OURS).create_time())
    assert is_at_work(workspace, record)
    record.pid_created = 1.0
    assert not is_at_work(workspace, record)
