"""Which spare is taken, by whom, and when none is kept; a sleeping process stands for each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from pipeline.files import locks
from pipeline.jobs import dispatch, spares
from pipeline.jobs.executors import local
from pipeline.jobs.executors.local import worker_environment
from pipeline.settings import mode
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import Handle
from pipeline.workspace.tables import JobRecord

Spare = subprocess.Popen[bytes]
Start = Callable[..., Spare]
GIB = 2**30


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("PAWTUNE_WARM", "")
    monkeypatch.setattr(spares, "_kept", {})
    plenty = SimpleNamespace(available=8 * GIB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: plenty)
    return open_workspace(own_home)


@pytest.fixture
def spare(workspace: Workspace) -> Iterator[Start]:
    """Starts what looks like a spare that can be taken, by all that is seen from outside."""
    started: list[Spare] = []

    def start(code: str | None = None, environment: str | None = None) -> Spare:
        spares.folder(workspace).mkdir(exist_ok=True)
        path = spares.folder(workspace) / "starting-0"
        with locks.handed_down(path) as held:
            process = subprocess.Popen(
                [sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=held
            )
        started.append(process)
        marks = (code or spares.code_mark(), environment or mark(workspace))
        path.rename(path.with_name(spares.ready_name(process.pid, *marks)))
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch, spare: Start) -> list[Spare]:
    """All spares that `replenish` starts."""
    started: list[Spare] = []

    def start(*_: object) -> Spare:
        started.append(spare())
        return started[-1]

    monkeypatch.setattr(spares, "_start", start)
    return started


def environment(workspace: Workspace) -> dict[str, str]:
    return worker_environment(workspace, None)


def mark(workspace: Workspace) -> str:
    return spares.environment_mark(environment(workspace))


def take(workspace: Workspace, job: str = "job-0") -> int | None:
    return spares.take(workspace, workspace.jobs_folder / f"{job}.lock", environment(workspace))


def files(workspace: Workspace) -> list[Path]:
    return list(spares.folder(workspace).glob("*"))


def test_one_that_is_taken_holds_the_jobs_lock(workspace, spare) -> None:
    waiting = spare()
    assert take(workspace) == waiting.pid
    assert locks.is_handed_down(workspace.jobs_folder / "job-0.lock")
    assert files(workspace) == []
    assert take(workspace, "job-1") is None, "it does one job"


@pytest.mark.parametrize(("kind", "is_taken"), [("train", True), ("sweep", True), ("map", False)])
def test_only_work_that_trains_takes_one(workspace, spare, monkeypatch, kind, is_taken) -> None:
    waiting = spare()
    fresh = SimpleNamespace(pid=2**31 - 1, poll=lambda: 0)
    monkeypatch.setattr(local.subprocess, "Popen", lambda *_, **__: fresh)
    handle = Handle.read(local.Local(workspace).start(JobRecord(id="job-0", kind=kind), 1))
    assert handle is not None
    assert handle.pid == (waiting.pid if is_taken else fresh.pid)


def test_of_several_who_would_take_one_a_single_one_does(workspace, spare) -> None:
    waiting = spare()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: take(workspace, f"job-{n}"), range(8)))
    assert sorted(found, key=str) == sorted([waiting.pid, *[None] * 7], key=str)
    held = [n for n in range(8) if locks.is_handed_down(workspace.jobs_folder / f"job-{n}.lock")]
    assert [found[n] for n in held] == [waiting.pid]


def test_a_dead_one_is_never_taken_and_leaves_nothing(workspace, spare) -> None:
    waiting = spare()
    waiting.kill()
    waiting.wait()
    assert take(workspace) is None
    assert files(workspace) == []
    assert not (workspace.jobs_folder / "job-0.lock").exists()


def test_a_killed_one_whose_threads_still_hold_its_lock_is_not_taken(workspace, spare) -> None:
    waiting = spare()
    waiting.kill()
    os.waitid(os.P_PID, waiting.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet reaped
    (path,) = files(workspace)
    with locks.handed_down(path):  # as while the kernel takes a large process down
        assert take(workspace) is None
    assert files(workspace) == []


def test_one_that_dies_while_it_is_taken_is_not_given_the_job(
    workspace, spare, monkeypatch
) -> None:
    waiting = spare()
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        waiting.kill()
        waiting.wait()
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert take(workspace) is None
    assert not (workspace.jobs_folder / "job-0.lock").exists()


def test_one_of_other_code_is_not_taken_and_ends(workspace, spare) -> None:
    spare(code="0" * 16)
    assert take(workspace) is None
    assert files(workspace) == [], "it sees that its file is gone, and ends"


def test_one_with_another_environment_is_left_to_whom_it_serves(
    workspace, spare, monkeypatch
) -> None:
    waiting = spare()
    with monkeypatch.context() as patch:
        patch.setenv("KERAS_HOME", "/elsewhere")
        assert take(workspace) is None
    assert take(workspace) == waiting.pid


def test_the_lock_of_a_worker_that_is_ending_is_never_written_over(workspace, spare) -> None:
    spare()
    lock = workspace.jobs_folder / "job-0.lock"
    with locks.handed_down(lock):
        assert take(workspace) is None
    assert len(files(workspace)) == 1


def test_code_counts_as_other_when_a_module_or_a_package_changes(monkeypatch, tmp_path) -> None:
    (tmp_path / "pipeline").mkdir()
    module = tmp_path / "pipeline" / "one.py"
    module.write_text("one = 1")
    monkeypatch.setattr(spares, "PROJECT", tmp_path)
    monkeypatch.setattr(spares.sysconfig, "get_path", lambda _: str(tmp_path / "site"))
    marks = {spares.code_mark()}
    os.utime(module, ns=(1, 1))
    marks.add(spares.code_mark())
    (module.with_name("two.py")).write_text("")
    marks.add(spares.code_mark())
    (tmp_path / "site").mkdir()  # what an installer changes
    marks.add(spares.code_mark())
    assert len(marks) == 4
    assert spares.code_mark() in marks


def test_one_is_kept_while_somebody_looks_at_train(workspace, starts, monkeypatch) -> None:
    dispatch.settle(workspace)
    assert starts == [], "nobody looks"
    dispatch.keep_warm(workspace)
    dispatch.keep_warm(workspace)
    assert len(starts) == 1
    now = spares.time.monotonic()
    assert take(workspace) == starts[0].pid
    dispatch.settle(workspace)
    assert len(starts) == 1, "the training that took it comes first"
    monkeypatch.setattr(spares.time, "monotonic", lambda: now + 5)
    dispatch.settle(workspace)
    assert len(starts) == 2
    assert take(workspace, "job-1") == starts[1].pid
    monkeypatch.setattr(spares.time, "monotonic", lambda: now + spares.IDLE_S + 10)
    dispatch.settle(workspace)
    assert len(starts) == 2, "nobody has looked for a while"


def test_looking_again_is_how_one_that_waits_hears_of_it(workspace, starts) -> None:
    dispatch.keep_warm(workspace)
    (file,) = files(workspace)
    os.utime(file, (0, 0))
    dispatch.settle(workspace)
    assert file.stat().st_mtime == 0
    dispatch.keep_warm(workspace)
    assert file.stat().st_mtime > 0


def test_one_that_died_is_not_followed_at_once(workspace, starts, monkeypatch) -> None:
    dispatch.keep_warm(workspace)
    starts[0].kill()
    starts[0].wait()
    for _ in range(3):
        dispatch.keep_warm(workspace)
    assert len(starts) == 1
    later = spares.time.monotonic() + 61
    monkeypatch.setattr(spares.time, "monotonic", lambda: later)
    dispatch.keep_warm(workspace)
    assert len(starts) == 2
    assert len(files(workspace)) == 1, "what the dead one left is gone"


def test_none_is_kept_in_the_demo(workspace, starts, spare, monkeypatch) -> None:
    spare()
    monkeypatch.setenv(mode.VARIABLE, mode.DEMO.name)
    dispatch.keep_warm(workspace)
    assert starts == []
    assert take(workspace) is None


@pytest.mark.parametrize("said", ["no", "0", "off", "False"])
def test_none_is_kept_where_nobody_wants_it(workspace, starts, monkeypatch, said) -> None:
    monkeypatch.setenv("PAWTUNE_WARM", said)
    dispatch.keep_warm(workspace)
    assert starts == []


def test_none_is_started_where_memory_is_short(workspace, starts, monkeypatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2 * GIB))
    dispatch.keep_warm(workspace)
    assert starts == []


def test_none_is_started_on_a_full_disk_and_work_goes_on(workspace, monkeypatch) -> None:
    def full(*_: object) -> Spare:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spares, "_start", full)
    dispatch.keep_warm(workspace)
    dispatch.settle(workspace)
