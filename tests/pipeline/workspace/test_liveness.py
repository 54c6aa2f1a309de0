"""Whether a process is the very one that was started, and still at work."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from pipeline.workspace.liveness import is_alive

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
