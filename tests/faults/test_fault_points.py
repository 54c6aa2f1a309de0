"""F4 at every point: the Nth write, fsync, rename or commit fails, until the work goes through.

After each: a sentence, nothing earlier lost, nothing half counts, the doctor and the next start
find nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.errors import DiskFullError, PawTuneError
from pipeline.files.atomic import STAGING_MARK
from pipeline.files.locks import handed_down
from pipeline.jobs import claims, dispatch, import_job, worker
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import MovePhotos
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import LOCAL, lock_path
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.startup import start
from pipeline.workspace.states import AT_WORK
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions
from tests.faults.failing import KINDS, failing
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, class_folders, decoder

pytestmark = pytest.mark.thorough
MOST = 2000  # calls of a kind that one piece of work makes
ALL_UP_TO = 6
LEARN = TrainConfig(
    epochs=2,
    fine_tune_epochs=0,
    batch_size=8,
    image_size_px=96,
    alpha=0.5,
    weights=BUILT_IN,
    augment=AUGMENT_PRESETS["none"],
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two sets and a run, its backup, and photos to come."""
    place = tmp_path_factory.mktemp("original")
    workspace = open_workspace(place / "home")
    row = add_photo_set(workspace, class_folders(place / "photos", 8), "Kept")
    add_photo_set(workspace, class_folders(place / "others", 4, ("green", "blue")), "Unused")
    finished_run(workspace, row, "Kept")
    class_folders(place / "new", 3, ("red", "green"))
    from pipeline.progress import silent
    from pipeline.workspace.backup.backup import back_up

    back_up(workspace, place / "backup.zip", silent)
    return place


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is queued and done here, by one warm decoder."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    monkeypatch.setattr(import_job, "_decoder", lambda _: contextlib.nullcontext(decoder()))


def do(workspace: Workspace, job: Job) -> str | None:
    """Do a job as a worker does; what it says of its end, if anything."""
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        claims.claim(session, workspace, record, LOCAL)
    with (
        handed_down(
            lock_path(workspace, job.id)
        ),  # as for its process; once it is let go of, the worker is gone
        contextlib.suppress(DiskFullError),  # its end could not be written: it counts as killed
    ):
        worker.do_job(workspace, job.id, record.attempt)
    return job.id


def _import(workspace: Workspace, place: Path) -> str | None:
    return do(workspace, Jobs(workspace).submit_import(str(place / "new"), "New"))


def _add(workspace: Workspace, place: Path) -> str | None:
    into = next(row for row in PhotoSets(workspace).list() if row.name == "Unused")
    return do(workspace, Jobs(workspace).submit_import(str(place / "new"), into.name, into=into.id))


def _edit(workspace: Workspace, _place: Path) -> None:
    row = next(row for row in PhotoSets(workspace).list() if row.name == "Unused")
    Versions(workspace).edit(row.id, MovePhotos((0, 1), "green"))


def _delete_set(workspace: Workspace, _place: Path) -> None:
    row = next(row for row in PhotoSets(workspace).list() if row.name == "Unused")
    PhotoSets(workspace).delete(row.id)


def _delete_run(workspace: Workspace, _place: Path) -> None:
    Runs(workspace).delete(Runs(workspace).list()[0].id)


def _back_up(workspace: Workspace, place: Path) -> str | None:
    return do(workspace, Jobs(workspace).submit_backup(workspace.home / ".." / "made.zip"))


def _restore(workspace: Workspace, place: Path) -> str | None:
    return do(workspace, Jobs(workspace).submit_restore(place / "backup.zip"))


def _save(workspace: Workspace, _place: Path) -> str | None:
    return do(workspace, Jobs(workspace).submit_save(PhotoSets(workspace).list()[0].id))


def _export(workspace: Workspace, _place: Path) -> str | None:
    return do(workspace, Jobs(workspace).submit_export(Runs(workspace).list()[0].id, "bundle"))


def _train(workspace: Workspace, _place: Path) -> str | None:
    row = next(row for row in PhotoSets(workspace).list() if row.name == "Kept")
    return do(workspace, Jobs(workspace).submit_train(row.id, LEARN, "New"))


WORK: dict[str, Callable[[Workspace, Path], str | None]] = {
    "import": _import,
    "import into": _add,
    "label edit": _edit,
    "delete a set": _delete_set,
    "delete a run": _delete_run,
    "backup": _back_up,
    "restore": _restore,
    "save": _save,
    "export": _export,
}
DELETES = {"delete a set", "delete a run"}


def kept(workspace: Workspace, name: str) -> None:
    """What was there before the work is there, and whole."""
    sets = {row.name: row for row in PhotoSets(workspace).list()}
    assert sets.keys() >= {"Kept"} | (set() if name == "delete a set" else {"Unused"})
    for row in sets.values():
        assert PhotoSets(workspace).open(row.id).check() == []
    if name != "delete a run":
        assert "Kept" in [run.name for run in Runs(workspace).list()]


def tried(
    home: Path, name: str, work: Callable[[Workspace, Path], str | None], place: Path
) -> None:
    """Look at everything after a try that failed."""
    workspace = open_workspace(home)
    if name != "restore":
        kept(workspace, name)
    dispatch.settle(workspace)
    assert examine(workspace)["problems"] == []
    with workspace.database.reading() as session:
        for record in session.scalars(select(JobRecord)):
            assert record.state not in AT_WORK, "the worker is gone"
            assert "inside PawTune" not in (record.error or ""), record.error
    for mark in home.glob(f"*/*/{STAGING_MARK}*"):
        os.utime(mark, (0, 0))
    again, notices = start(home)
    assert notices == ()
    health = examine(again)
    assert (health["problems"], health["leftovers"]) == ([], 0)
    assert not [*home.parent.glob(f"{STAGING_MARK}*")]


def loop(name: str, kind: str, original: Path, tmp_path: Path) -> int:
    """Let the Nth call fail, for the first and for some of many that are alike; the last N."""
    work, number = WORK.get(name, _train), 0
    while (number := max(number + 1, number * 3 // 2 if number > ALL_UP_TO else 0)) < MOST:
        home = tmp_path / str(number) / "home"
        if name == "restore":
            open_workspace(home)
        else:
            shutil.copytree(original / "home", home)
        workspace = open_workspace(home)
        with failing(kind, number) as fault, contextlib.suppress(PawTuneError):
            work(workspace, original)
        tried(home, name, work, original)
        shutil.rmtree(home.parent)
        if not fault.was_reached:
            return number - 1
    raise AssertionError("it never goes through")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", WORK)
def test_a_full_disk_at_every_point(name: str, kind: str, original: Path, tmp_path: Path) -> None:
    points = loop(name, kind, original, tmp_path)
    assert points or name in DELETES or (name == "label edit" and kind == "write")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_while_a_network_learns(kind: str, original: Path, tmp_path: Path) -> None:
    assert loop("train", kind, original, tmp_path)
