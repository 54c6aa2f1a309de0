"""Real spares: taken, killed, orphaned. Whatever happens to one, the training is done."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from pipeline.jobs import dispatch, spares
from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import LOG, Runs
from pipeline.workspace.tables import JobRecord
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, class_folders, finished, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no open file can be renamed there"),
]

CONFIG = TrainConfig(
    epochs=2,
    fine_tune_epochs=1,
    batch_size=8,
    image_size_px=96,
    alpha=0.5,
    weights=BUILT_IN,
    augment=AUGMENT_PRESETS["none"],
)
LONG = replace(CONFIG, epochs=1, fine_tune_epochs=100)
PATIENCE_S = 120
_SERVER = """
import sys, time
from pipeline.jobs import dispatch
from pipeline.workspace.home import open_workspace
workspace = open_workspace()
while True:
    dispatch.keep_warm(workspace)
    time.sleep(0.1)
"""


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("PAWTUNE_WARM", "yes")
    monkeypatch.setattr(spares, "_kept", {})
    monkeypatch.setattr(spares, "LEAST_BYTES", 0)
    monkeypatch.setattr(spares, "_TO_START_BYTES", 0)
    workspace = open_workspace(own_home)
    yield workspace
    for path in spares.folder(workspace).glob("*"):
        path.unlink(missing_ok=True)  # whoever waits there ends
    for child in spares._children:
        child.wait(PATIENCE_S)


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "photos", photos=12))


def ready(workspace: Workspace) -> list[int]:
    """The processes that wait."""
    names = (path.name for path in spares.folder(workspace).glob("ready-*"))
    return [int(name.split("-")[1]) for name in names]


def warm(workspace: Workspace) -> int:
    """Keep a spare; its process once it can be taken."""
    dispatch.keep_warm(workspace)
    wait_for(lambda: bool(ready(workspace)), "that a spare waits", PATIENCE_S)
    (pid,) = ready(workspace)
    return pid


def pid_of(workspace: Workspace, job_id: str) -> int | None:
    with workspace.database.reading() as session:
        return session.scalar(select(JobRecord.pid).where(JobRecord.id == job_id))


def is_gone(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_a_spare_does_one_training_as_any_worker_would(workspace, row) -> None:
    jobs, spare = Jobs(workspace), warm(workspace)
    job = jobs.submit_train(row.id, CONFIG)
    assert pid_of(workspace, job.id) == spare
    assert finished(workspace, job.id, PATIENCE_S).state == "done"
    run = Runs(workspace).get(job.run_id or "")
    assert len(run.epochs) == 3
    assert run.can_answer
    assert "Peak memory" in (run.folder / LOG).read_text()
    assert not list(workspace.jobs_folder.glob("job-*.lock"))
    wait_for(lambda: is_gone(spare), "that it ends with its job")
    fresh = finished(workspace, Jobs(workspace).submit_train(row.id, CONFIG).id, PATIENCE_S)
    again = Runs(workspace).get(fresh.run_id or "")
    scores = [(one.loss, one.val_loss) for one in run.epochs]
    assert [(one.loss, one.val_loss) for one in again.epochs] == scores, "nor other numbers"
    assert examine(workspace)["healthy"]


def test_one_that_is_killed_before_costs_nobody_anything(workspace, row) -> None:
    spare = warm(workspace)
    os.kill(spare, signal.SIGKILL)
    wait_for(lambda: is_gone(spare), "its end")
    job = Jobs(workspace).submit_train(row.id, CONFIG)
    assert finished(workspace, job.id, PATIENCE_S).state == "done"
    assert not list(spares.folder(workspace).glob("*"))


def test_one_that_is_killed_at_work_is_a_killed_worker(workspace, row) -> None:
    jobs, spare = Jobs(workspace), warm(workspace)
    first, second = jobs.submit_train(row.id, LONG), jobs.submit_train(row.id, CONFIG)
    assert pid_of(workspace, first.id) == spare
    os.kill(spare, signal.SIGKILL)
    assert finished(workspace, first.id).state == "interrupted"
    assert finished(workspace, second.id, PATIENCE_S).state == "done"
    assert examine(workspace)["healthy"]


def test_stop_ends_the_training_of_a_spare(workspace, row) -> None:
    jobs, spare = Jobs(workspace), warm(workspace)
    job = jobs.submit_train(row.id, LONG)
    assert pid_of(workspace, job.id) == spare
    jobs.stop(job.id)
    assert finished(workspace, job.id, PATIENCE_S).state == "stopped"
    wait_for(lambda: is_gone(spare), "its end")


def test_a_server_that_dies_while_it_takes_one_loses_no_training(
    workspace, row, monkeypatch
) -> None:
    spare = warm(workspace)
    real = spares.take

    def take_and_die(*given: object) -> int | None:
        assert real(*given) == spare  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(spares, "take", take_and_die)
        with pytest.raises(KeyboardInterrupt):
            Jobs(workspace).submit_train(row.id, CONFIG)
    (job,) = Jobs(workspace).active()
    assert finished(workspace, job.id, PATIENCE_S).state == "done"
    assert pid_of(workspace, job.id) == spare, "the job was claimed before, and it holds its lock"


def test_none_outlives_a_killed_server(workspace, monkeypatch) -> None:
    command = [sys.executable, "-c", _SERVER]
    with subprocess.Popen(command, cwd=REPOSITORY) as server:
        try:
            wait_for(lambda: bool(ready(workspace)), "that a spare waits", PATIENCE_S)
            (spare,) = ready(workspace)
        finally:
            server.kill()
    wait_for(lambda: is_gone(spare), "that it ends with its server")
    assert not list(spares.folder(workspace).glob("*"))


def test_two_servers_share_one(workspace, row) -> None:
    command = [sys.executable, "-c", _SERVER]
    servers = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(2)]
    try:
        wait_for(lambda: bool(ready(workspace)), "that a spare waits", PATIENCE_S)
        (spare,) = ready(workspace)
        job = Jobs(workspace).submit_train(row.id, CONFIG)
        assert pid_of(workspace, job.id) == spare
        assert finished(workspace, job.id, PATIENCE_S).state == "done"
        assert len(list(spares.folder(workspace).glob("*"))) <= 1
    finally:
        for server in servers:
            server.kill()
            server.wait()
