"""Calls that the kernel refuses from here on; each try in a process of its own."""

from __future__ import annotations

import errno
import platform
import subprocess
import sys

import pytest

from pipeline.photos.decoding import seccomp
from tests.conftest import REPOSITORY

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(
        not seccomp.is_there(platform.machine()), reason="this kernel or processor has no seccomp"
    ),
]

TRY = """
import os, platform, signal, socket, subprocess, sys, threading
from pathlib import Path
from pipeline.photos.decoding import seccomp
there = open(sys.argv[1], "rb")
assert seccomp.refuse_calls(platform.machine())
try:
    {}
except OSError as error:
    print(error.errno)
else:
    print("went through")
"""
PERMITTED = "went through"


def what_comes_of(what: str, existing: str = sys.executable) -> str:
    done = subprocess.run(
        [sys.executable, "-c", TRY.format(what), existing],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "what",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socketpair()",
        "os.execv('/bin/true', ['true'])",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.memfd_create('a')",
        "os.kill(os.getppid(), 0)",
        "os.pidfd_open(os.getppid())",
        "signal.pthread_kill(threading.main_thread().ident, 0) or os.kill(1, 0)",
        "os.open('{name}', os.O_WRONLY)",
        "os.open('{name}', os.O_RDWR)",
        "os.open('{name}.new', os.O_CREAT | os.O_RDONLY)",
        "os.mkdir('{name}.new')",
        "os.mkfifo('{name}.new')",
        "os.rename('{name}', '{name}.new')",
        "os.link('{name}', '{name}.new')",
        "os.symlink('{name}', '{name}.new')",
        "os.unlink('{name}')",
        "os.truncate('{name}', 0)",
        "os.chmod('{name}', 0o777)",
        "os.utime('{name}')",
        "os.setxattr('{name}', 'user.a', b'')",
    ],
)
def test_it_is_refused(tmp_path, what: str) -> None:
    name = tmp_path / "there"
    name.write_bytes(b"kept")
    before = name.stat()
    found = what_comes_of(what.replace("{name}", str(name)), str(name))
    assert found == str(errno.EPERM)
    assert [*tmp_path.iterdir()] == [name]
    after = name.stat()
    assert name.read_bytes() == b"kept"
    assert (after.st_mode, after.st_nlink) == (before.st_mode, before.st_nlink)
    assert after.st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    "what",
    [
        "there.read(4)",
        "Path(sys.argv[1]).read_bytes()",
        "thread = threading.Thread(target=print); thread.start(); thread.join()",
        "bytearray(50_000_000)",
    ],
)
def test_the_rest_goes_through(what: str) -> None:
    assert what_comes_of(what).endswith(PERMITTED)


def test_it_can_end_itself_as_a_broken_library_does() -> None:
    code = TRY.format("os.abort()")
    done = subprocess.run([sys.executable, "-c", code, sys.executable], cwd=REPOSITORY, check=False)
    assert done.returncode == -6


def test_a_processor_that_we_do_not_know_is_left_alone() -> None:
    assert not seccomp.is_there("s390x")
    assert not seccomp.refuse_calls("s390x")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_leap_lands_in_the_program(machine: str) -> None:
    steps = [*seccomp._steps(machine, 1)]
    assert len(steps) < 4096, "the kernel takes no more"
    for place, (code, if_so, if_not, _) in enumerate(steps):
        if code in (seccomp._EQUAL, seccomp._AT_LEAST, seccomp._ANY_BIT):
            assert place + 1 + max(if_so, if_not) < len(steps)
    assert steps[-1] == (seccomp._RETURN, 0, 0, seccomp._ALLOW)
