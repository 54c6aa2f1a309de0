"""Whether a job's worker lives: by its lock, and by its process where there is no lock."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pipeline.files.locks import handed_down
from pipeline.workspace import place
from pipeline.workspace.home import open_workspace
from pipeline.workspace.liveness import Handle, Life, is_alive, is_lost, life, lock_path
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
        assert life(workspace, stepped) is Life.YES


def test_a_lock_that_was_left_over_is_no_life(own_home: Path) -> None:
    workspace = open_workspace(own_home)
    record = JobRecord(id="job-1", pid=OURS, pid_created=psutil.Process(OURS).create_time())
    lock_path(workspace, "job-1").touch()
    assert life(workspace, record) is Life.NO


def test_the_work_of_an_earlier_version_is_known_by_its_process(own_home: Path) -> None:
    workspace = open_workspace(own_home)
    record = JobRecord(id="job-1", pid=OURS, pid_created=psutil.Process(OURS).create_time())
    assert life(workspace, record) is Life.YES
    record.pid_created = 1.0
    assert life(workspace, record) is Life.NO


# === Handles ===


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "job-1.lock"


def test_a_handle_is_a_text_and_back(lock: Path) -> None:
    handle = Handle.here(lock, OURS)
    assert Handle.read(str(handle)) == handle
    assert (handle.pid, handle.started) == (OURS, psutil.Process(OURS).create_time())


@pytest.mark.parametrize("text", ["", "{}", '{"pod": "worker-3"}', "\udcff"])
def test_what_a_later_version_wrote_is_unknown(own_home: Path, text: str) -> None:
    assert Handle.read(text) is None
    record = JobRecord(id="job-1", executor="local", handle=text)
    assert life(open_workspace(own_home), record) is Life.UNKNOWN


def test_the_lock_decides_whatever_the_number_means(lock: Path) -> None:
    elsewhere = dataclasses.replace(Handle.here(lock, OURS), pid=2**31 - 1, pid_namespace=7)
    with handed_down(lock):
        assert elsewhere.life() is Life.YES
    assert elsewhere.life() is Life.NO


def test_without_its_lock_a_process_is_known_by_its_number(lock: Path) -> None:
    handle = Handle.here(lock, OURS)
    assert handle.life() is Life.YES
    assert dataclasses.replace(handle, started=1.0).life() is Life.NO


def test_a_number_of_another_world_means_nothing(lock: Path) -> None:
    contained = dataclasses.replace(Handle.here(lock, OURS), pid_namespace=7)
    assert contained.life() is Life.UNKNOWN
    assert not contained.may_be_killed


def test_another_computers_worker_is_unknown_and_out_of_reach(lock: Path) -> None:
    lock.touch()  # a shared folder's, in which nobody here can see its holder
    theirs = dataclasses.replace(Handle.here(lock, OURS), machine="theirs", boot="theirs")
    assert theirs.life() is Life.UNKNOWN
    assert not theirs.may_be_killed


@pytest.mark.skipif(not place.machine(), reason="this computer does not tell itself from others")
def test_no_work_outlives_a_restart_of_its_computer(lock: Path) -> None:
    before = dataclasses.replace(Handle.here(lock, OURS), boot="before")
    assert before.life() is (Life.NO if place.boot() else Life.YES)
    assert not before.may_be_killed or not place.boot()


@pytest.mark.parametrize(
    ("found", "silent_s", "lost"),
    [
        (Life.YES, 86400.0, False),
        (Life.NO, 0.0, True),
        (Life.UNKNOWN, 59.0, False),
        (Life.UNKNOWN, 61.0, True),
        (Life.UNKNOWN, -86400.0, False),
        (Life.UNKNOWN, None, False),
    ],
)
def test_unknown_alone_buries_nobody(found: Life, silent_s: float | None, lost: bool) -> None:
    beat = None if silent_s is None else 1e9 - silent_s
    assert is_lost(found, JobRecord(heartbeat_at=beat), 1e9) == lost
