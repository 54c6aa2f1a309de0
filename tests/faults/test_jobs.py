"""Real workers: queued, stopped, killed, orphaned. Nothing earlier is lost in any of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from pipeline.errors import JobError
from pipeline.jobs.queue import Jobs
from pipeline.network.names import LAST_FILE
from pipeline.progress import Step
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import is_alive
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.states import AT_WORK
from pipeline.workspace.tables import JobRecord
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, add_run, class_folders, finished, wait_for

pytestmark = pytest.mark.slow  # real workers, one after another

HANGING = "tutorial:cats_and_dogs_filtered"


@pytest.fixture
def workspace(own_home: Path) -> Iterator[Workspace]:
    workspace = open_workspace(own_home)
    yield workspace
    for pid in pids(workspace):
        if pid and psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("PAWTUNE_MIRROR", f"http://127.0.0.1:{port}/")
        yield


def pids(workspace: Workspace) -> list[int | None]:
    with workspace.database.reading() as session:
        running = select(JobRecord.pid).where(JobRecord.state.in_(AT_WORK))
        return list(session.scalars(running))


def test_a_folder_becomes_a_set(workspace: Workspace, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos")
    (folder / "blue" / "notes.jpg").write_text("not a picture")
    job = finished(workspace, Jobs(workspace).submit_import(str(folder), "Colours").id)
    assert (job.state, job.fraction, job.error) == ("done", 1.0, None)
    row = PhotoSets(workspace).get(job.result["photo_set"])
    assert (row.name, row.received, row.accepted) == ("Colours", 41, 40)
    assert [entry["name"] for entry in row.rejected] == ["blue/notes.jpg"]
    assert examine(workspace)["healthy"]


def test_a_failure_is_a_sentence(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    job = finished(workspace, Jobs(workspace).submit_import(str(tmp_path / "empty")).id)
    assert job.state == "failed"
    assert job.error
    assert "Traceback" not in job.error
    assert "folder" in job.error
    assert PhotoSets(workspace).list() == ()


def test_an_upload_is_forgotten_whatever_came_of_it(workspace: Workspace, tmp_path: Path) -> None:
    upload = workspace.uploads_folder / "some.zip"
    upload.write_bytes(b"PK\x03\x04 no zip at all")
    theirs = tmp_path / "theirs.zip"
    theirs.write_bytes(upload.read_bytes())
    for path in (upload, theirs):
        assert finished(workspace, Jobs(workspace).submit_import(str(path)).id).state == "failed"
    assert not upload.exists()
    assert theirs.exists(), "what was given by path is not ours"


def at_step(jobs: Jobs, job_id: str, step: Step) -> bool:
    stage = jobs.get(job_id).stage
    return stage is not None and stage.step is step


def test_one_works_the_others_wait_in_order(workspace, silence, tmp_path: Path) -> None:
    jobs = Jobs(workspace)
    first = jobs.submit_import(HANGING)
    wait_for(lambda: at_step(jobs, first.id, Step.DOWNLOADING), "the download's beginning")
    waiting = [
        jobs.submit_import(str(class_folders(tmp_path / name, photos=6))) for name in ("a", "b")
    ]
    assert [jobs.get(job.id).position for job in (first, *waiting)] == [0, 1, 2]
    assert jobs.submit_import(HANGING).id == first.id, "a double click is one job"
    assert len(pids(workspace)) == 1
    jobs.stop(waiting[0].id)
    assert jobs.get(waiting[0].id).state == "stopped"
    jobs.stop(first.id)
    assert finished(workspace, first.id).state == "stopped"
    assert finished(workspace, waiting[1].id).state == "done"


def test_many_submit_at_once_and_one_is_started(workspace, silence) -> None:
    jobs = Jobs(workspace)
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda n: jobs.submit_import(HANGING, f"set {n % 4}").id, range(32)))
    assert len(set(ids)) == 4
    active = jobs.active()
    assert [job.state for job in active].count("running") == 1
    assert [job.position for job in active] == [0, 1, 2, 3]


def test_a_killed_worker_is_noticed_and_the_next_starts(workspace, silence, tmp_path) -> None:
    jobs = Jobs(workspace)
    first = jobs.submit_import(HANGING)
    wait_for(lambda: at_step(jobs, first.id, Step.DOWNLOADING), "the download's beginning")
    second = jobs.submit_import(str(class_folders(tmp_path / "a", photos=6)))
    (pid,) = pids(workspace)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    killed = finished(workspace, first.id)
    assert killed.state == "interrupted"
    assert killed.error
    assert "safe" in killed.error
    assert finished(workspace, second.id).state == "done"
    assert examine(workspace)["healthy"]


def test_a_step_of_the_clock_buries_nobody(workspace, silence, monkeypatch) -> None:
    jobs = Jobs(workspace)
    job = jobs.submit_import(HANGING)
    wait_for(lambda: at_step(jobs, job.id, Step.DOWNLOADING), "the download's beginning")
    real = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: real(process) + 3)
    jobs.settle()
    assert jobs.get(job.id).state == "running"
    assert examine(workspace)["healthy"]
    jobs.stop(job.id)
    assert finished(workspace, job.id).state == "stopped"
    assert not list(workspace.jobs_folder.glob("job-*.lock")), "it is gone with its worker"


def test_a_worker_is_at_work_before_it_has_done_anything(workspace, monkeypatch, tmp_path) -> None:
    slow = tmp_path / "python"  # a machine so busy that the worker does not get to its first line
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setattr("pipeline.jobs.executors.local.sys.executable", str(slow))
    jobs = Jobs(workspace)
    job = jobs.submit_import(HANGING)
    with workspace.database.writing() as session:
        session.scalars(select(JobRecord)).one().pid_created = 1.0
    jobs.settle()
    assert jobs.get(job.id).state == "running"
    (pid,) = pids(workspace)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert finished(workspace, job.id).state == "interrupted"
    assert not list(workspace.jobs_folder.glob("job-*.lock"))


def test_work_goes_on_when_the_server_is_killed(workspace, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos")
    script = (
        "import os\nfrom pipeline.workspace.home import open_workspace\n"
        "from pipeline.jobs.queue import Jobs\n"
        f"print(Jobs(open_workspace()).submit_import({str(folder)!r}).id, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert finished(workspace, done.stdout.strip()).state == "done"


def test_somebody_elses_pid_is_not_ours(workspace: Workspace) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        created = psutil.Process(stranger.pid).create_time()
        assert is_alive(stranger.pid, created)
        with workspace.database.writing() as session:
            session.add(
                JobRecord(
                    id="job-old",
                    kind="import",
                    lane="photos",
                    title="Old",
                    state="running",
                    request={},
                    pid=stranger.pid,
                    pid_created=created - 3600,
                    stop_requested_at=1.0,
                )
            )
        Jobs(workspace).settle()
        assert Jobs(workspace).get("job-old").state == "stopped"
        assert stranger.poll() is None, "the stranger was killed"
    finally:
        stranger.communicate(b"\n", timeout=10)


def test_a_worker_does_nothing_that_it_was_not_asked(workspace: Workspace) -> None:
    with workspace.database.writing() as session:
        session.add(
            JobRecord(id="job-x", kind="import", lane="photos", title="X", request={}, state="done")
        )
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.jobs.worker", "job-x", "1"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "not asked" in done.stderr


def test_an_unknown_job_is_said(workspace: Workspace) -> None:
    with pytest.raises(JobError, match="no such job"):
        Jobs(workspace).get("job-none")


def test_writers_in_many_threads_lose_nothing(workspace: Workspace) -> None:
    def add(number: int) -> None:
        for turn in range(20):
            with workspace.database.writing() as session:
                session.add(
                    JobRecord(id=f"job-{number}-{turn}", kind="x", lane="x", title="x", request={})
                )

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with workspace.database.reading() as session:
        assert len(session.scalars(select(JobRecord)).all()) == 160


@pytest.mark.parametrize("has_kept", [True, False])
def test_who_was_cut_off_is_told_to_go_on_only_where_that_goes(
    workspace: Workspace, tmp_path: Path, has_kept: bool
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    run = add_run(workspace, row.id, state="running")
    if has_kept:
        (run.folder / LAST_FILE).touch()
    with workspace.database.writing() as session:
        session.scalars(select(JobRecord)).one().state = "running"
    Jobs(workspace).settle()
    job = Jobs(workspace).get(run.job_id or "")
    assert job.state == "interrupted"
    assert ("press Continue" in (job.error or "")) == has_kept
    assert ("smaller batch" in (job.error or "")) != has_kept
