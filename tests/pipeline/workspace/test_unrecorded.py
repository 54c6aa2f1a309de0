"""Folders whose rows were not written, or are gone: the next start removes them, and no others."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError, WorkspaceError
from pipeline.files.atomic import UNRECORDED
from pipeline.photos.class_edits import RenameClass
from pipeline.photos.importing import import_photos
from pipeline.photos.sources import open_source
from pipeline.progress import silent
from pipeline.workspace import photo_set_rows, unrecorded
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.startup import start
from pipeline.workspace.versions import Versions
from tests.workspaces import add_run, class_folders, decoder


class Killed(BaseException):
    """The process ends here: nothing cleans up after it but what the kernel does."""


def die(*_: object, **__: object) -> None:
    raise Killed


def folders(workspace: Workspace) -> set[str]:
    return {entry.name for entry in workspace.photo_sets_folder.iterdir()}


def an_hour_later(workspace: Workspace) -> None:
    for mark in workspace.home.glob(f"*/*/{UNRECORDED}"):
        os.utime(mark, (time.time() - 3600,) * 2)


def test_an_edit_that_was_killed_before_its_row(workspace, photo_set, monkeypatch) -> None:
    before = folders(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(Versions, "_append", die)
        with pytest.raises(Killed):
            Versions(workspace).edit(photo_set.id, RenameClass("red", "rot"))
    assert folders(workspace) > before
    assert examine(workspace)["healthy"], "nobody misses it"
    start(workspace.home)
    assert folders(workspace) > before, "another server may be about to write the row"
    an_hour_later(workspace)
    start(workspace.home)
    assert folders(workspace) == before


def test_an_edit_done_again_takes_what_the_killed_one_left(
    workspace, photo_set, monkeypatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Versions, "_append", die)
        with pytest.raises(Killed):
            Versions(workspace).edit(photo_set.id, RenameClass("red", "rot"))
    made = Versions(workspace).edit(photo_set.id, RenameClass("red", "rot"))
    assert not unrecorded.is_marked(workspace.photo_sets_folder / made.id)
    an_hour_later(workspace)
    start(workspace.home)
    assert PhotoSets(workspace).open(made.id).check() == []
    assert examine(workspace)["healthy"]


def test_who_was_too_slow_leaves_nothing(workspace, photo_set, monkeypatch) -> None:
    quicker = Versions(workspace)
    quiet = Versions._expect_quiet

    def somebody_is_quicker(versions: Versions, photo_set_id: str) -> None:
        quiet(versions, photo_set_id)
        monkeypatch.setattr(Versions, "_expect_quiet", quiet)
        quicker.edit(photo_set_id, RenameClass("red", "rouge"))

    monkeypatch.setattr(Versions, "_expect_quiet", somebody_is_quicker)
    with pytest.raises(PhotoSetError, match="newer version"):
        Versions(workspace).edit(photo_set.id, RenameClass("red", "rot"))
    assert len(folders(workspace)) == 2
    assert examine(workspace)["healthy"]


def test_a_database_that_cannot_be_written_leaves_nothing(
    workspace, photo_set, monkeypatch
) -> None:
    def full(*_: object) -> None:
        raise WorkspaceError("full")

    monkeypatch.setattr(Versions, "_append", full)
    with pytest.raises(WorkspaceError, match="full"):
        Versions(workspace).edit(photo_set.id, RenameClass("red", "rot"))
    assert folders(workspace) == {photo_set.id}


def test_an_import_that_was_killed_before_its_row(workspace, tmp_path: Path) -> None:
    source = class_folders(tmp_path / "more", 4, ("blue", "green"))
    with open_source(str(source), workspace.downloads_folder, silent) as opened:
        imported = import_photos(opened.photos, workspace.photo_sets_folder, decoder(), silent)
    assert examine(workspace)["healthy"]
    an_hour_later(workspace)
    start(workspace.home)
    assert imported.photo_set.id not in folders(workspace)


@pytest.mark.parametrize("what", ["set", "run"])
def test_a_deletion_that_was_killed_before_the_files(
    workspace, photo_set, monkeypatch, what: str
) -> None:
    run = add_run(workspace, photo_set.id) if what == "run" else None
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", die)
        with pytest.raises(Killed):
            if run:
                Runs(workspace).delete(run.id)
            else:
                PhotoSets(workspace).delete(photo_set.id)
    assert examine(workspace)["healthy"]
    an_hour_later(workspace)
    start(workspace.home)
    assert folders(workspace) == ({photo_set.id} if run else set())
    assert not run or not run.folder.exists()


def test_a_deletion_that_did_not_come_off_changes_nothing(
    workspace, photo_set, monkeypatch
) -> None:
    drop = photo_set_rows.drop_unused

    def then_fail(*given: object) -> None:
        drop(*given)
        raise WorkspaceError("full")

    with monkeypatch.context() as patched:
        patched.setattr(photo_set_rows, "drop_unused", then_fail)
        with pytest.raises(WorkspaceError):
            PhotoSets(workspace).delete(photo_set.id)
    assert unrecorded.is_marked(workspace.photo_sets_folder / photo_set.id)
    an_hour_later(workspace)
    start(workspace.home)
    assert not unrecorded.is_marked(workspace.photo_sets_folder / photo_set.id)
    assert PhotoSets(workspace).open(photo_set.id).check() == []
