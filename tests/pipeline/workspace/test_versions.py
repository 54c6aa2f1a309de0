"""Versions of a photo set: change, undo, redo, add, forget; what shares and leaves the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.photos.class_edits import RenameClass
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.merging import Joining
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos, SetSplit
from pipeline.progress import silent
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.versions import KEPT_VERSIONS, Versions
from tests.workspaces import BEFORE_REVISIONS, add_photo_set, add_run, class_folders, jpeg


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "photos"))


def rename(new: str, old: str = "blue") -> RenameClass:
    return RenameClass(old, new)


def packs(workspace: Workspace, photo_set_id: str) -> set[int]:
    """The files (as the disk knows them) that hold a version's photos."""
    folder = workspace.photo_sets_folder / photo_set_id
    return {path.stat().st_ino for path in folder.glob("*.pack")}


def test_a_change_is_a_new_version_that_shares_its_photos(workspace, row) -> None:
    made = Versions(workspace).edit(row.id, rename("sky"))
    assert made.id != row.id
    assert made.classes == ("red", "sky")
    assert (made.version, made.versions, made.can_undo) == (2, 2, True)
    assert made.change == "Class blue renamed to sky"
    assert packs(workspace, made.id) == packs(workspace, row.id)
    before, after = (PhotoSets(workspace).open(one) for one in (row.id, made.id))
    assert sorted(map(before.jpeg, range(40))) == sorted(map(after.jpeg, range(40)))
    assert [one.id for one in PhotoSets(workspace).list()] == [made.id]
    assert examine(workspace)["healthy"]


def test_undo_and_redo(workspace, row) -> None:
    versions = Versions(workspace)
    made = versions.edit(row.id, rename("sky"))
    back = versions.undo(made.id)
    assert (back.id, back.can_undo, back.can_redo) == (row.id, False, True)
    with pytest.raises(PhotoSetError, match="no change to take back"):
        versions.undo(back.id)
    again = versions.redo(back.id)
    assert (again.id, again.can_redo) == (made.id, False)
    with pytest.raises(PhotoSetError, match="no change to make again"):
        versions.redo(again.id)


def test_a_new_change_after_undo_drops_what_was_undone(workspace, row) -> None:
    versions = Versions(workspace)
    made = versions.edit(row.id, rename("sky"))
    versions.undo(made.id)
    other = versions.edit(row.id, rename("sea"))
    assert (other.versions, other.can_redo) == (2, False)
    assert not (workspace.photo_sets_folder / made.id).exists()
    with pytest.raises(PhotoSetError, match="no such photo set"):
        PhotoSets(workspace).get(made.id)


def test_a_change_and_its_opposite_are_the_first_set_as_a_third_version(workspace, row) -> None:
    versions = Versions(workspace)
    made = versions.edit(row.id, rename("sky"))
    again = versions.edit(made.id, rename("blue", "sky"))
    assert again.id == row.id
    assert (again.version, again.versions) == (3, 3)
    assert versions.undo(again.id).id == made.id


def test_only_the_newest_is_changed(workspace, row) -> None:
    versions = Versions(workspace)
    versions.edit(row.id, rename("sky"))
    for change in (lambda: versions.edit(row.id, rename("sea")), lambda: versions.undo(row.id)):
        with pytest.raises(PhotoSetError, match="newer version"):
            change()


def test_a_change_that_changes_nothing_is_said(workspace, row) -> None:
    with pytest.raises(PhotoSetError, match="so already"):
        Versions(workspace).edit(
            row.id, MovePhotos((0,), PhotoSets(workspace).open(row.id).classes[0])
        )
    assert PhotoSets(workspace).get(row.id).versions == 1


def test_what_was_taken_out_is_counted_and_gone_with_the_versions(workspace, row) -> None:
    versions = Versions(workspace)
    lost = PhotoSets(workspace).open(row.id).jpeg(3)
    made = versions.edit(row.id, RemovePhotos((3, 4)))
    assert (made.accepted, made.removed, made.received) == (38, 2, 40)
    assert lost in everything(workspace), "Undo needs it"
    assert versions.forget_earlier(made.id) == 1
    assert lost not in everything(workspace), "deleted means gone from the disk"
    assert PhotoSets(workspace).open(made.id).check() == []
    assert examine(workspace)["healthy"]


def everything(workspace: Workspace) -> bytes:
    return b"".join(path.read_bytes() for path in workspace.home.rglob("*.pack"))


def test_versions_with_runs_stay(workspace, row) -> None:
    versions = Versions(workspace)
    run = add_run(workspace, row.id)
    made = versions.edit(row.id, rename("sky"))
    assert versions.forget_earlier(made.id) == 0
    assert [(one.number, one.runs) for one in versions.history(made.id)] == [(2, 0), (1, 1)]
    with pytest.raises(PhotoSetError, match="1 run was trained"):
        PhotoSets(workspace).delete(made.id)
    assert PhotoSets(workspace).open(run.photo_set_id).check() == []


def test_delete_takes_all_versions(workspace, row) -> None:
    made = Versions(workspace).edit(row.id, rename("sky"))
    PhotoSets(workspace).delete(made.id)
    assert list(workspace.photo_sets_folder.iterdir()) == []
    assert examine(workspace)["healthy"]


def test_old_versions_are_forgotten_by_themselves(workspace, row) -> None:
    versions, now, name = Versions(workspace), row, "blue"
    for number in range(KEPT_VERSIONS + 3):
        now = versions.edit(now.id, rename(f"blue {number}", name))
        name = f"blue {number}"
    assert now.versions == KEPT_VERSIONS
    assert len(list(workspace.photo_sets_folder.iterdir())) == KEPT_VERSIONS


def added(workspace: Workspace, row: PhotoSetRow, photos: list[Incoming]) -> Imported:
    base = PhotoSets(workspace).open(row.id)
    with Decoder(processes=1) as decoder:
        return import_photos(
            photos, workspace.photo_sets_folder, decoder, silent, Joining(base=base)
        )


def test_photos_that_join_keep_what_was_there(workspace, row) -> None:
    old = PhotoSets(workspace).open(row.id)
    photos = [
        Incoming(f"new/{n}.jpg", "Green", None, lambda n=n: jpeg((40, 200, 60), seed=900 + n))
        for n in range(10)
    ]
    photos.append(Incoming("again.jpg", "BLUE", None, lambda: old.jpeg(0)))
    photos.append(Incoming("bad.jpg", "Green", None, lambda: b"no photo"))
    imported = added(workspace, row, photos)
    made = Versions(workspace).add_photos(row.id, imported)
    assert made.change == "10 photos added"
    assert made.classes == ("blue", "Green", "red")
    assert (made.received, made.accepted, len(made.rejected)) == (52, 50, 2)
    reasons = {one["name"]: one["reason"] for one in made.rejected}
    assert "is in the set already" in reasons["again.jpg"]
    splits = {photo.sha256: photo.split for photo in old.photos}
    new = PhotoSets(workspace).open(made.id)
    for photo in new.photos:
        assert photo.split == splits.get(photo.sha256, photo.split), "nobody changes sides"
    assert [made.splits[split]["Green"] for split in ("training", "validation", "test")] == [
        8,
        1,
        1,
    ]
    assert examine(workspace)["healthy"]
    assert Versions(workspace).undo(made.id).id == row.id


def test_nothing_new_makes_no_version_and_is_told(workspace, row, tmp_path) -> None:
    old = PhotoSets(workspace).open(row.id)
    imported = added(
        workspace, row, [Incoming("again.jpg", old.classes[0], None, lambda: old.jpeg(0))]
    )
    made = Versions(workspace).add_photos(row.id, imported)
    assert (made.id, made.versions) == (row.id, 1)
    assert (made.received, len(made.rejected)) == (41, 1)


def test_while_photos_are_on_their_way_the_set_stays(
    workspace, row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    Jobs(workspace).submit_import("/data/more", "More", into=row.id)
    with pytest.raises(PhotoSetError, match="on their way"):
        Versions(workspace).edit(row.id, rename("sky"))


def test_a_set_that_is_not_ready_is_not_trained_on(workspace, tmp_path) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "few", photos=4))
    assert "at least 5 photos: blue has 4, red has 4" in " ".join(row.missing)
    from pipeline.settings.train_config import TrainConfig

    with pytest.raises(PhotoSetError, match="cannot be trained on yet"):
        Jobs(workspace).submit_train(row.id, TrainConfig())


def test_a_set_without_training_photos_is_not_trained_on_one_without_a_test_is(
    workspace, row, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.settings.train_config import TrainConfig

    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    photo_set = PhotoSets(workspace).open(row.id)
    test = tuple(photo_set.indices("test").tolist())
    untested = Versions(workspace).edit(row.id, SetSplit(test, "training"))
    assert untested.split_sizes["test"] == 0
    assert untested.missing == ()
    assert Jobs(workspace).submit_train(untested.id, TrainConfig()).state == "queued"
    everything = tuple(range(len(photo_set.photos)))
    unlearned = Versions(workspace).edit(untested.id, SetSplit(everything, "validation"))
    with pytest.raises(PhotoSetError, match="No training photos: blue has none, red has none"):
        Jobs(workspace).submit_train(unlearned.id, TrainConfig())


def test_a_workspace_from_before_versions_gets_albums(workspace, row) -> None:
    from sqlalchemy import text

    with workspace.database.writing() as session:
        session.execute(text("DROP TABLE versions"))
        session.execute(text("DROP TABLE albums"))
        for statement in BEFORE_REVISIONS:
            session.execute(text(statement))
    again = open_workspace(workspace.home)
    (found,) = PhotoSets(again).list()
    assert (found.id, found.name, found.version, found.accepted) == (row.id, row.name, 1, 40)


# === What is kept of photos, once no set has them ===


def decoded(workspace: Workspace, row: PhotoSetRow) -> list[bytes]:
    """Keep what a training keeps of a set's photos; gives what they go by."""
    photo_set = PhotoSets(workspace).open(row.id)
    photo_set.arrays(96, workspace.cache_folder)
    return photo_set.digests()


def kept(workspace: Workspace, digests: list[bytes]) -> list[bool]:
    """Of which photos anything is left."""
    found = b"".join(path.read_bytes() for path in workspace.cache_folder.glob("sums-*"))
    return [digest in found for digest in digests]


def test_nothing_is_kept_of_a_deleted_set_s_photos(workspace, row, tmp_path) -> None:
    folder = class_folders(tmp_path / "others", names=("blue", "red", "green"))
    for extra in list((folder / "blue").iterdir()):
        extra.unlink()  # it shares the red ones with `row`
    other = add_photo_set(workspace, folder, name="Others")
    digests = decoded(workspace, row)
    shared = [one in decoded(workspace, other) for one in digests]
    assert any(shared) and not all(shared)
    PhotoSets(workspace).delete(row.id)
    assert kept(workspace, digests) == shared
    assert all(kept(workspace, decoded(workspace, other)))
    PhotoSets(workspace).delete(other.id)
    assert list(workspace.cache_folder.glob("sums-*")) == []


def test_a_photo_that_was_taken_out_goes_with_the_last_version_that_had_it(workspace, row) -> None:
    digests = decoded(workspace, row)
    versions = Versions(workspace)
    now = versions.edit(row.id, RemovePhotos((0,)))
    name = "blue"
    for number in range(KEPT_VERSIONS - 2):
        now = versions.edit(now.id, rename(f"blue {number}", name))
        name = f"blue {number}"
    assert all(kept(workspace, digests)), "undo may bring it back"
    versions.edit(now.id, rename("sky", name))
    assert kept(workspace, digests) == [False] + [True] * 39


def test_a_set_that_cannot_be_read_can_be_deleted(workspace, row) -> None:
    decoded(workspace, row)
    (workspace.photo_sets_folder / row.id / "manifest.json").write_bytes(b"damaged")
    PhotoSets(workspace).delete(row.id)
    assert PhotoSets(workspace).list() == ()
