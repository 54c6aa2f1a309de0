"""Locks on small files: held by one, given up once, gone with their holder."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from pipeline.files.locks import Claim, Lease, handed_down, is_handed_down, is_held
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.thorough


class Owner:
    """Somebody who uses a leased file."""


def test_one_holds_it_and_the_file_goes_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    claim = Claim(lock)
    assert is_held(lock)
    with pytest.raises(filelock.Timeout):
        Claim(lock)
    claim.release()
    assert not is_held(lock)
    assert list(tmp_path.iterdir()) == []


def test_giving_it_up_twice_takes_it_from_nobody(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    first = Claim(lock)
    first.release()
    second = Claim(lock)
    first.release()
    assert is_held(lock)
    second.release()


def test_a_lease_lasts_as_long_as_its_owner(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    owner = Owner()
    Lease(tmp_path / "file", Claim(lock)).hold_while(owner)
    gc.collect()
    assert is_held(lock)
    del owner
    gc.collect()
    assert not is_held(lock)


def test_a_lease_ends_with_its_block(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    with Lease(tmp_path / "file", Claim(lock)) as lease:
        assert lease.path == tmp_path / "file"
        assert is_held(lock)
    assert not is_held(lock)


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    script = (
        "import sys, pathlib; from pipeline.files.locks import Claim\n"
        "claim = Claim(pathlib.Path(sys.argv[1])); print('held', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(lock)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        assert is_held(lock)
        other.kill()
    assert not is_held(lock)


HOLDER = [sys.executable, "-c", "input()"]
needs_handing_down = pytest.mark.skipif(
    sys.platform == "win32", reason="no process inherits a lock on Windows"
)


@needs_handing_down
def test_a_process_has_the_lock_that_it_was_handed_until_it_dies(tmp_path: Path) -> None:
    lock = tmp_path / "job.lock"
    assert is_handed_down(lock) is None
    with handed_down(lock) as descriptors:
        child = subprocess.Popen(HOLDER, stdin=subprocess.PIPE, pass_fds=descriptors)
    assert is_handed_down(lock), "before it could do anything for it"
    with pytest.raises(BlockingIOError), handed_down(lock):
        pass
    child.kill()
    child.communicate()
    assert is_handed_down(lock) is False
    assert lock.exists(), "who asks leaves it there"


@needs_handing_down
def test_a_process_does_not_pass_on_what_it_was_handed(tmp_path: Path) -> None:
    lock = tmp_path / "job.lock"
    start = (
        "import subprocess as s; print(s.Popen(['sleep', '60'], stdout=s.DEVNULL).pid, flush=True)"
    )
    with handed_down(lock) as descriptors:
        child = subprocess.Popen(
            [sys.executable, "-c", start], stdout=subprocess.PIPE, pass_fds=descriptors
        )
    grandchild = int(child.communicate()[0])
    try:
        assert is_handed_down(lock) is False
    finally:
        os.kill(grandchild, signal.SIGKILL)


@needs_handing_down
def test_a_process_that_could_not_be_started_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "job.lock"
    with pytest.raises(FileNotFoundError), handed_down(lock) as descriptors:
        subprocess.Popen([tmp_path / "no program"], pass_fds=descriptors)
    assert is_handed_down(lock) is False
