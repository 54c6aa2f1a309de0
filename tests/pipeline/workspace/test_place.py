"""Which computer this is, and among which processes."""

from __future__ import annotations

import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from pipeline.workspace import place
from tests.conftest import REPOSITORY

TELL = (
    "from pipeline.workspace import place;"
    "print(place.host(), place.machine(), place.boot(), place.pid_namespace(), sep='|')"
)


def told(*before: str) -> list[str]:
    command = [*before, sys.executable, "-c", TELL]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if before and done.returncode:
        pytest.skip("may not make a world of processes here")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("|")


def ours() -> list[str]:
    return [place.host(), place.machine(), place.boot(), str(place.pid_namespace())]


def test_every_process_of_a_computer_tells_the_same() -> None:
    assert told() == ours()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has several")
def test_another_world_of_processes_is_told_from_this_one() -> None:
    inside = told("unshare", "-p", "-f", "--mount-proc")
    assert inside[:3] == ours()[:3]
    assert inside[3] != ours()[3]


def test_a_computer_that_tells_nothing_of_itself_is_not_taken_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.workspace.place._text", lambda _path: "")
    monkeypatch.setattr(Path, "stat", lambda _path: (_ for _ in ()).throw(OSError))
    for ask in (place.machine, place.boot, place.pid_namespace):
        ask.cache_clear()
    told_here = place.boot(), place.pid_namespace()
    for ask in (place.machine, place.boot, place.pid_namespace):
        ask.cache_clear()
    assert told_here == ("", 0)


def test_elsewhere_a_card_or_else_the_name_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    found = []
    for number in (0xA1B2C3, 1 << 40):  # the second: none was found
        monkeypatch.setattr(uuid, "getnode", lambda number=number: number)
        place.machine.cache_clear()
        found.append(place.machine())
    place.machine.cache_clear()
    assert found == ["000000a1b2c3", place.host()]
