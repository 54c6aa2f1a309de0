"""What a spare waits for, what it ends of, and that nothing is left for it to import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from pipeline.jobs import dispatch, spare_worker, spares
from pipeline.jobs.executors.local import worker_environment
from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, SOLVED, STEPPED
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import lock_path
from pipeline.workspace.tables import JobRecord
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, class_folders

GIB = 2**30
MINUTE_S = 60.0


class Waiting:
    """A spare that waits in this process, and the clock that it sees."""

    def __init__(self, file: Path) -> None:
        self.file, self.server, self.seconds = file, os.getppid(), 0.0
        self.events: dict[float, Callable[[], object]] = {}
        file.touch()
        self.lock = os.open(file, os.O_RDWR)

    def sleep(self, _seconds: float) -> None:
        self.seconds += 1.0
        self.events.get(self.seconds, lambda: None)()
        assert self.seconds < 60 * MINUTE_S, "it waits for ever"

    def wait(self) -> bool:
        return spare_worker.wait(self.file, self.lock, self.server)


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    waiting = Waiting(tmp_path / "ready-1")
    clock = SimpleNamespace(monotonic=lambda: waiting.seconds, sleep=waiting.sleep)
    monkeypatch.setattr(spare_worker, "time", clock)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8 * GIB))
    yield waiting
    os.close(waiting.lock)


def test_it_has_work_once_its_file_has_another_name(waiting: Waiting) -> None:
    lock = waiting.file.with_name("job-0.lock")
    waiting.events[5.0] = lambda: waiting.file.rename(lock)
    assert waiting.wait()
    assert waiting.seconds == 5.0
    assert lock.exists()


def test_it_ends_after_ten_minutes_without_a_look(waiting: Waiting) -> None:
    waiting.events[5 * MINUTE_S] = lambda: os.utime(waiting.file, (7, 7))  # by any clock
    assert not waiting.wait()
    assert waiting.seconds == pytest.approx(15 * MINUTE_S, abs=1)
    assert not waiting.file.exists(), "nobody can take it any more"


def test_it_ends_when_memory_becomes_short(waiting: Waiting, monkeypatch) -> None:
    short = SimpleNamespace(available=GIB)
    waiting.events[9.0] = lambda: monkeypatch.setattr(psutil, "virtual_memory", lambda: short)
    assert not waiting.wait()
    assert waiting.seconds < 15


def test_it_ends_with_its_server(waiting: Waiting) -> None:
    waiting.events[9.0] = lambda: setattr(waiting, "server", 0)
    waiting.server = 0  # another process is the parent of this one
    assert not waiting.wait()
    assert waiting.seconds == 0
    assert not waiting.file.exists()


def test_it_ends_when_its_file_is_taken_away(waiting: Waiting) -> None:
    waiting.events[3.0] = waiting.file.unlink  # its code is old, or the workspace was deleted
    assert not waiting.wait()
    assert waiting.seconds == 3.0


def test_one_that_is_taken_while_it_ends_does_the_work(waiting: Waiting, monkeypatch) -> None:
    lock = waiting.file.with_name("job-0.lock")
    real = Path.unlink

    def unlink(path: Path) -> None:
        path.rename(lock)
        real(path)

    monkeypatch.setattr(Path, "unlink", unlink)
    waiting.server = 0
    assert waiting.wait()


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(spare_worker, "_TOLD_WITHIN_S", 0.3)
    return open_workspace(own_home)


def starting(workspace: Workspace, job_id: str) -> None:
    known = {"kind": "train", "lane": "network", "title": "", "request": {}}
    with workspace.database.writing() as session:
        session.add(JobRecord(id=job_id, state="starting", attempt=2, **known))


def test_it_does_the_job_whose_lock_it_holds(workspace: Workspace) -> None:
    starting(workspace, "job-of-another")
    starting(workspace, "job-mine")
    for job_id in ("job-of-another", "job-mine"):
        lock_path(workspace, job_id).touch()
    with lock_path(workspace, "job-mine").open() as lock:
        job = spare_worker.asked_for(workspace, lock.fileno())
    assert job is not None
    assert (job.id, job.attempt) == ("job-mine", 2)


def test_it_does_nothing_where_whoever_took_it_died(workspace: Workspace) -> None:
    lock_path(workspace, "job-0").touch()  # renamed, and the job's row still waits
    with lock_path(workspace, "job-0").open() as lock:
        assert spare_worker.asked_for(workspace, lock.fileno()) is None


_TRAIN_AS_A_SPARE = """
import os, sys
from sqlalchemy import select
from pipeline.jobs import dispatch, spare_worker, spares, worker
from pipeline.workspace.home import open_workspace
from pipeline.workspace.tables import JobRecord

workspace = open_workspace()
before = spares.environment_mark(os.environ)
spare_worker.import_all()
known = set(sys.modules)
dispatch.settle = lambda workspace: None
with workspace.database.writing() as session:
    jobs = list(session.scalars(select(JobRecord)))
    for job in jobs:
        job.state = "starting"
for job in jobs:
    assert worker.do_job(workspace, job.id, 0) == 0
late = set(sys.modules) - known
print(sorted(name for name in late if name.split(".")[0] in ("pipeline", "tensorflow", "scipy")))
print(spares.environment_mark(os.environ) == before)
"""


def test_a_spare_has_imported_all_that_a_training_imports(
    workspace: Workspace, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=12))
    for head in (STEPPED, SOLVED):
        config = TrainConfig(
            head=head,
            weights=BUILT_IN,
            alpha=0.5,
            image_size_px=96,
            batch_size=8,
            epochs=1,
            fine_tune_epochs=1,
        )
        Jobs(workspace).submit_train(row.id, config)
    command = [sys.executable, "-c", _TRAIN_AS_A_SPARE]
    told = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    late, is_same = told.stdout.strip().splitlines()[-2:]
    assert late == "[]"
    assert is_same == "True", "what libraries set must not keep a worker from taking a spare"


def test_a_spare_is_started_with_what_a_worker_is(workspace: Workspace, monkeypatch) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(spares.subprocess, "Popen", lambda *_, **more: asked.append(more))
    spares._start(workspace, worker_environment(workspace, None))
    (more,) = asked
    assert more["env"] == worker_environment(workspace, None)
    assert more["start_new_session"], "Stop ends its process group"
