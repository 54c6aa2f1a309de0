"""Locks on small files: held by one, given up once, gone with their holder."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from pipeline.files.locks import Claim, Lease, is_held
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
