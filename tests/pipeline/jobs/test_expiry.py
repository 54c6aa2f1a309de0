"""What visitors leave is gone after some hours; what is public, new or running stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.errors import PhotoError
from pipeline.jobs import dispatch, expiry
from pipeline.jobs.job import new_job
from pipeline.jobs.queue import Jobs
from pipeline.photos.class_edits import RenameClass
from pipeline.settings import mode
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import photo_set_rows
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.sweeps import Sweeps
from pipeline.workspace.tables import AlbumRecord, JobRecord, RunRecord, SweepRecord, VersionRecord
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, add_run, add_sweep, class_folders

ANNA = "a" * 32
DAY_S = 24 * 3600.0


@pytest.fixture(autouse=True)
def quiet_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def public(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "public", photos=6), "Everybody's")


@pytest.fixture
def annas(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    folder = class_folders(tmp_path / "annas", photos=7)
    return add_photo_set(workspace, folder, "Anna's", visitor=ANNA)


@pytest.fixture
def run(workspace: Workspace, annas: PhotoSetRow) -> Run:
    return add_run(workspace, annas.id, visitor=ANNA)


def age(workspace: Workspace, *kinds: type, hours: float = 25) -> None:
    """Make all rows of these tables older."""
    for kind in kinds or (AlbumRecord, VersionRecord, RunRecord, JobRecord):
        with workspace.database.writing() as session:
            session.execute(update(kind).values(created_at=kind.created_at - hours * 3600))


def left(workspace: Workspace) -> tuple[int, int, int]:
    """Photo sets, runs and jobs that are still there."""
    with workspace.database.reading() as session:
        jobs = session.query(JobRecord).count()
    return len(PhotoSets(workspace).list()), len(Runs(workspace).list()), jobs


def test_a_sweep_goes_with_its_runs(workspace, public, annas) -> None:
    add_sweep(workspace, annas.id, 1, visitor=ANNA)
    owners = add_sweep(workspace, public.id, 1)
    age(workspace, AlbumRecord, VersionRecord, RunRecord, JobRecord, SweepRecord)
    expiry.sweep(workspace)
    assert Sweeps(workspace).ids(annas.id) == ()
    assert Sweeps(workspace).ids(public.id) == (owners.id,)
    assert examine(workspace)["problems"] == []


def test_after_its_hours_all_of_it_is_gone(workspace, public, annas, run) -> None:
    add_run(workspace, public.id, "Everybody's run")
    Versions(workspace, ANNA).edit(annas.id, RenameClass("blue", "sky"))
    job = Jobs(workspace, ANNA).submit_timing(TrainConfig())
    Jobs(workspace, ANNA).stop(job.id)
    log = workspace.jobs_folder / f"{job.id}.log"
    log.touch()
    old = time.time() - DAY_S - 60
    files = [workspace.uploads_folder / "a.zip", workspace.exports_folder / "b.zip"]
    for path in files:
        path.touch()
        os.utime(path, (old, old))
    expiry.sweep(workspace)
    assert left(workspace) == (2, 2, 3)
    age(workspace)
    expiry.sweep(workspace)
    assert left(workspace) == (1, 1, 1)
    assert [row.name for row in PhotoSets(workspace).list()] == ["Everybody's"]
    assert [path.name for path in workspace.photo_sets_folder.iterdir()] == [public.id]
    assert not run.folder.exists()
    assert not log.exists()
    assert not any(path.exists() for path in files)
    assert examine(workspace)["healthy"]


def test_on_ones_own_computer_nothing_is_swept(workspace, run, monkeypatch) -> None:
    monkeypatch.delenv("PAWTUNE_MODE")
    age(workspace, hours=10_000)
    expiry.sweep(workspace)
    expiry.sweep_if_due(workspace)
    assert left(workspace) == (1, 1, 1)


def test_what_is_at_work_stays(workspace, annas) -> None:
    jobs = Jobs(workspace, ANNA)
    training = jobs.submit_train(annas.id, TrainConfig())
    upload = workspace.uploads_folder / "x.zip"
    upload.write_bytes(b"PK\x03\x04")
    jobs.submit_import(str(upload), into=annas.id)
    os.utime(upload, (0, 0))
    age(workspace)
    expiry.sweep(workspace)
    assert left(workspace) == (1, 1, 2)
    assert upload.exists()
    jobs.stop(training.id)
    expiry.sweep(workspace)
    assert left(workspace) == (1, 0, 1), "photos are still on their way into the set"


def test_a_set_is_as_old_as_its_last_change(workspace, annas) -> None:
    age(workspace)
    Versions(workspace, ANNA).edit(annas.id, RenameClass("blue", "sky"))
    expiry.sweep(workspace)
    assert left(workspace)[0] == 1


def test_photos_of_a_run_stay_with_it(workspace, run) -> None:
    age(workspace, AlbumRecord, VersionRecord)
    expiry.sweep(workspace)
    assert left(workspace)[:2] == (1, 1)
    assert Runs(workspace, ANNA).get(run.id).photo_set_name == "Anna's"


def test_an_import_of_somebody_else_only_delays_the_files(workspace, annas, public) -> None:
    other = Jobs(workspace, "b" * 32).submit_import("drawn:pets")
    age(workspace, AlbumRecord, VersionRecord)
    with workspace.database.writing() as session:
        session.execute(update(JobRecord).values(state="running"))
    expiry.sweep(workspace)
    assert [row.name for row in PhotoSets(workspace).list()] == ["Everybody's"]
    assert len(list(workspace.photo_sets_folder.iterdir())) == 2
    with workspace.database.writing() as session:
        session.execute(update(JobRecord).values(state="done"))
    expiry.sweep(workspace)
    assert len(list(workspace.photo_sets_folder.iterdir())) == 1
    assert other.id


def test_it_happens_every_ten_minutes(workspace, annas, run, monkeypatch) -> None:
    swept: list[float] = []
    monkeypatch.setattr(expiry, "sweep", lambda _workspace: swept.append(1))
    for _ in range(3):
        Jobs(workspace).settle()
    assert len(swept) == 1
    stamp = workspace.jobs_folder / "swept"
    os.utime(stamp, (time.time() - 601, time.time() - 601))
    Jobs(workspace, ANNA).settle()
    assert len(swept) == 2
    assert mode.DEMO.hours_kept == 24


def test_what_rejected_files_were_called_does_not_fill_the_disk_for_good(workspace) -> None:
    file = workspace.database.sqlite_file
    rejected = [PhotoError("x" * 64_000, "No photo.", "Leave it out.")] * 200
    assert len(str(photo_set_rows.as_rows(rejected))) < 200_000
    assert photo_set_rows.as_rows([PhotoError("a.jpg", "No.", "")])[0]["name"] == "a.jpg"
    with workspace.database.writing() as session:
        for number in range(8):
            job = new_job("import", "Import", {"number": number}, "anna")
            job.state, job.created_at, job.result = "failed", 1.0, {"rejected": "x" * 1_000_000}
            session.add(job)
    large = sum(one.stat().st_size for one in file.parent.glob(f"{file.name}*"))
    assert large > 8_000_000
    expiry.sweep(workspace)
    assert sum(one.stat().st_size for one in file.parent.glob(f"{file.name}*")) < 2_000_000
    assert examine(workspace)["healthy"]
