"""One database, several homes and worlds of processes: each job once, and nobody buried alive."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select, update

from pipeline.errors import WorkspaceError
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.progress import Step
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace import clock
from pipeline.workspace.database import Database
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import AT_WORK
from pipeline.workspace.tables import JobRecord
from tests.conftest import REPOSITORY
from tests.postgres import PostgresServer, find_programs
from tests.workspaces import add_photo_set, class_folders, finished, wait_for

pytestmark = pytest.mark.slow

HANGING = "tutorial:cats_and_dogs_filtered"
IN_ANOTHER_WORLD = ("unshare", "-p", "-f", "--mount-proc")
CONFIG = TrainConfig(
    epochs=25,
    fine_tune_epochs=5,
    batch_size=8,
    image_size_px=96,
    alpha=0.35,
    weights="none",
    augment=AUGMENT_PRESETS["none"],
)


def open_one(
    kind: str, home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    if kind == "postgresql":
        address = request.getfixturevalue("postgres").new_database()
        monkeypatch.setenv("PAWTUNE_DATABASE_URL", address)
    return open_workspace(home)


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(
    request: pytest.FixtureRequest, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    workspace = open_one(request.param, own_home, request, monkeypatch)
    yield workspace
    kill_all(workspace)
    workspace.database.close()


def kill_all(workspace: Workspace) -> None:
    with workspace.database.reading() as session:
        for pid in session.scalars(select(JobRecord.pid).where(JobRecord.state.in_(AT_WORK))):
            if pid and psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def at_work(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A job that works for as long as the test wants: a download whose server says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        monkeypatch.setenv("PAWTUNE_MIRROR", f"http://127.0.0.1:{server.getsockname()[1]}/")
        jobs = Jobs(workspace)
        job = jobs.submit_import(HANGING)

        def downloads() -> bool:
            stage = jobs.get(job.id).stage
            return stage is not None and stage.step is Step.DOWNLOADING

        wait_for(downloads, "the download's beginning")
        yield job.id


def row(workspace: Workspace, job_id: str) -> JobRecord:
    with workspace.database.reading() as session:
        return session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()


def change(workspace: Workspace, job_id: str, **columns: Any) -> None:
    with workspace.database.writing() as session:
        session.execute(update(JobRecord).where(JobRecord.id == job_id).values(columns))


# === Seen from another world ===

LOOK = """
import json
from pipeline.jobs.queue import Jobs
from pipeline.workspace import clock
from pipeline.workspace.database import Database
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
workspace = open_workspace()
Jobs(workspace).settle()
print(json.dumps(examine(workspace)["problems"]))
"""


def look(home: Path, *before: str) -> list[str]:
    """What the doctor says in another process, after it has settled the queue."""
    done = subprocess.run(
        [*before, sys.executable, "-c", LOOK],
        cwd=REPOSITORY,
        env={**os.environ, "PAWTUNE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if before and "unshare failed" in done.stderr:
        pytest.skip("may not make a world of processes here")
    assert done.returncode == 0, done.stderr
    said: list[str] = json.loads(done.stdout.splitlines()[-1])
    return [problem for problem in said if problem.startswith("Job")]


@pytest.mark.parametrize("sees", ["the home", "its lock", "nothing"])
def test_who_cannot_see_a_worker_does_not_bury_it(
    workspace: Workspace, at_work: str, tmp_path: Path, sees: str
) -> None:
    if workspace.database.sqlite_file is not None and sees != "the home":
        pytest.skip("a file of rows lies in one home")
    home = workspace.home if sees == "the home" else tmp_path / "another home"
    hides = ("sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(workspace.home))
    assert look(home, *IN_ANOTHER_WORLD, *(hides if sees == "nothing" else ())) == []
    assert Jobs(workspace).get(at_work).state == "running"


def test_whoever_kills_it_is_told_of_there_as_well(
    workspace: Workspace, at_work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of a shared home tells the truth in every world of processes."""
    monkeypatch.setattr(dispatch, "settle", lambda _workspace: None)
    pid = row(workspace, at_work).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not _lives(pid), "its end")
    look(workspace.home, *IN_ANOTHER_WORLD)
    assert row(workspace, at_work).state == "interrupted"


# === Another computer ===


def of_another_computer(workspace: Workspace, job_id: str) -> str:
    """Make a worker one that nobody here can see."""
    handle = json.loads(row(workspace, job_id).handle or "")
    theirs = json.dumps({**handle, "machine": "theirs", "boot": "theirs"})
    change(workspace, job_id, handle=theirs, host="theirs")
    return theirs


def test_another_computers_worker_is_lost_once_it_has_been_silent(
    workspace: Workspace, at_work: str
) -> None:
    if workspace.database.sqlite_file is not None:
        pytest.skip("a second computer is refused there")
    of_another_computer(workspace, at_work)
    dispatch.settle(workspace)
    assert row(workspace, at_work).state == "running"
    assert examine(workspace)["problems"] == []
    pid = row(workspace, at_work).pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # cut off: it neither beats nor ends
    silent = (row(workspace, at_work).heartbeat_at or 0.0) - 61
    change(workspace, at_work, heartbeat_at=silent)
    dispatch.settle(workspace)
    assert row(workspace, at_work).state == "interrupted"
    os.kill(pid, signal.SIGCONT)  # and back
    wait_for(lambda: not _lives(pid), "that it goes home")
    assert row(workspace, at_work).state == "interrupted", "what it writes is refused"


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_second_computer_is_kept_out_of_a_folder_with_its_rows_in_a_file(
    workspace: Workspace, at_work: str
) -> None:
    of_another_computer(workspace, at_work)
    if workspace.database.sqlite_file is None:
        Jobs(workspace).settle()
        return
    with pytest.raises(WorkspaceError, match=r"theirs, works in this folder.*one computer"):
        Jobs(workspace).settle()
    change(workspace, at_work, state="done")
    Jobs(workspace).settle()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_a_day_off_does_nothing(
    workspace: Workspace, at_work: str, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    here, started = time.time, psutil.Process.create_time
    monkeypatch.setattr(time, "time", lambda: here() + days * 86400)
    monkeypatch.setattr(
        psutil.Process, "create_time", lambda process: started(process) + days * 86400
    )
    jobs = Jobs(workspace)
    jobs.settle()
    assert jobs.get(at_work).state == "running"
    assert examine(workspace)["problems"] == []
    change(workspace, at_work, stopping=False)
    pid = row(workspace, at_work).pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    jobs.stop(at_work)
    jobs.settle()
    assert jobs.get(at_work).state == "running", "it still has its time to hear the Stop"
    os.kill(pid, signal.SIGCONT)
    assert finished(workspace, at_work).state == "stopped"


# === Two dispatchers ===

DISPATCH = """
import sys, os
from contextlib import nullcontext
from pathlib import Path
from sqlalchemy import func, select
from pipeline.jobs import claims, dispatch
from pipeline.jobs.executors.local import Local
from pipeline.workspace.home import open_workspace
from pipeline.workspace.liveness import Handle, Life, lock_path
from pipeline.workspace.states import AT_WORK, JobState
from pipeline.workspace.tables import JobRecord

out = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
workspace = open_workspace()
dispatch._alone = lambda _workspace: nullcontext()  # the rows alone must hold them apart
dispatch._life = lambda *_: Life.YES

def start(self, job, attempt):
    assert claims.begin(workspace, job.id, attempt) is not None
    with workspace.database.reading() as session:
        busy = select(func.count()).where(JobRecord.state.in_(AT_WORK))
        os.write(out, f"{job.id} {attempt} {session.scalar(busy)}\\n".encode())
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        dispatch.end(session, record, JobState.DONE, None)
    return str(Handle.here(lock_path(workspace, job.id)))

Local.start = start
print("ready", flush=True)
sys.stdin.readline()
done = 0
while done < int(sys.argv[2]):
    dispatch.settle(workspace)
    with workspace.database.reading() as session:
        done = session.scalar(select(func.count()).where(JobRecord.state == JobState.DONE))
"""


def test_two_dispatchers_start_each_of_fifty_jobs_once(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, jobs = tmp_path / "told.txt", Jobs(workspace)
    monkeypatch.setattr(dispatch, "settle", lambda _workspace: None)
    on_file = workspace.database.sqlite_file is not None
    homes = [workspace.home, workspace.home if on_file else tmp_path / "another home"]
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", DISPATCH, str(told), "50"],
            cwd=REPOSITORY,
            env={**os.environ, "PAWTUNE_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for home in homes
    ]
    for process in racing:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in racing:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    ids = [jobs.submit_import(f"photos {number}").id for number in range(50)]
    said = [process.communicate(timeout=120)[1] for process in racing]
    assert said == ["", ""]
    started = [line.split() for line in told.read_text().splitlines()]
    assert Counter(job_id for job_id, _, _ in started) == dict.fromkeys(ids, 1)
    assert {(attempt, busy) for _, attempt, busy in started} == {("1", "1")}, "one at a time"
    assert {job_id: row(workspace, job_id).state for job_id in ids} == dict.fromkeys(ids, "done")


# === A server that is started again ===


def test_a_training_outlives_a_restart_of_its_database(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip("needs a PostgreSQL; install Debian's package `postgresql`")
    with PostgresServer(programs) as server:
        monkeypatch.setenv("PAWTUNE_DATABASE_URL", server.new_database())
        workspace = open_workspace(own_home)
        jobs, runs = Jobs(workspace), Runs(workspace)
        photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=20))
        job = jobs.submit_train(photo_set.id, CONFIG)
        wait_for(lambda: len(runs.get(job.run_id or "").epochs) >= 2, "two epochs", 200)
        assert len(runs.get(job.run_id or "").epochs) < 30, "it still works"
        server.stop()
        with pytest.raises(WorkspaceError, match="See that its server runs"):
            jobs.get(job.id)
        server.start()
        assert finished(workspace, job.id, 200).state == "done"
        run = runs.get(job.run_id or "")
        assert [epoch.epoch for epoch in run.epochs] == list(range(1, 31))
        assert run.can_answer
        assert examine(workspace)["healthy"]
        workspace.database.close()


def test_a_worker_waits_for_its_server_and_a_page_does_not(own_home: Path) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip("needs a PostgreSQL; install Debian's package `postgresql`")
    own_home.mkdir()
    with PostgresServer(programs) as server:
        database = Database(own_home, server.new_database())
        server.stop()
        with pytest.raises(WorkspaceError), database.reading() as session:
            clock.now(session)
        starting = threading.Thread(target=server.start)
        with database.fenced(lambda _session: None):
            starting.start()
            with database.reading() as session:
                assert clock.now(session) > 0
            with database.writing() as session:
                assert clock.now(session) > 0
        starting.join()
        database.close()
