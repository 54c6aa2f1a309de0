"""One file that is imported at once meets every check that an import as a job meets."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import NothingUsable, PhotoSetError, QuotaError
from pipeline.jobs import dispatch
from pipeline.jobs.import_job import OneFile, import_few
from pipeline.jobs.queue import Jobs
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.settings import mode
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.versions import Versions
from tests.file_sets import make_zip
from tests.workspaces import add_photo_set, class_folders, jpeg

pytestmark = pytest.mark.thorough

ANNA, BEN = "a" * 32, "b" * 32
Demo = Callable[..., None]
Add = Callable[..., tuple[PhotoSetRow, Imported]]


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(processes=1) as decoder:
        yield decoder


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """A set of Anna's: 12 photos, blue and red."""
    return add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6), visitor=ANNA)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The demo, with numbers of the test's own."""

    def choose(**numbers: float | None) -> None:
        monkeypatch.setattr(mode, "DEMO", dataclasses.replace(mode.DEMO, **numbers))
        monkeypatch.setenv("PAWTUNE_MODE", "demo")

    choose()
    return choose


@pytest.fixture
def add(workspace: Workspace, decoder: Decoder) -> Add:
    """Take a picture, as `visitor`."""

    def take(
        into: PhotoSetRow | None = None,
        visitor: str | None = ANNA,
        data: bytes = jpeg((200, 60, 40), seed=900),
    ) -> tuple[PhotoSetRow, Imported]:
        file = OneFile("camera 1.jpg", data, "red", "camera")
        return import_few(
            workspace, visitor, decoder, [file], into.id if into else None, "Camera pictures"
        )

    return take


def test_it_joins_its_set_as_a_new_version(row: PhotoSetRow, add: Add) -> None:
    after, imported = add(row)
    assert (imported.received, imported.accepted) == (1, 1)
    assert after.class_sizes == {"blue": 6, "red": 7}
    assert (after.version, after.change, after.received) == (2, "1 photo added", 13)
    assert after.received == after.accepted + len(after.rejected)


def test_without_a_set_it_begins_one(workspace: Workspace, add: Add) -> None:
    made, _ = add()
    assert (made.name, made.source, made.classes) == ("Camera pictures", "camera", ("red",))
    assert PhotoSets(workspace, BEN).list() == ()


def test_what_is_there_already_is_rejected_and_accounted_for(row: PhotoSetRow, add: Add) -> None:
    first, _ = add(row)
    again, imported = add(first)
    assert [str(error.why) for error in imported.rejected] == [
        "It is the same picture as camera 1.jpg, which is in the set already. One of them is "
        "enough."
    ]
    assert (imported.received, imported.accepted) == (1, 0)
    assert (again.id, again.received, len(again.rejected)) == (first.id, 14, 1)
    assert again.received == again.accepted + len(again.rejected)


def test_no_photo_at_all_changes_nothing(workspace: Workspace, row: PhotoSetRow, add: Add) -> None:
    with pytest.raises(NothingUsable, match="None of these files can be used") as caught:
        add(row, data=b"no photo")
    assert len(caught.value.rejected) == 1
    assert PhotoSets(workspace, ANNA).list() == (row,)


@pytest.mark.parametrize(
    ("numbers", "into", "said"),
    [
        ({"visitor_photos": 12}, True, "13 photos"),
        ({"visitor_photos": 12}, False, "13 photos"),
        ({"visitor_photo_sets": 1}, False, "1 photo sets"),
        ({"visitor_bytes": 1000}, True, "delete a set"),
        ({"workspace_bytes": 1000}, True, "all visitors"),
    ],
)
def test_a_full_quota_refuses_it_before_it_is_decoded(
    workspace: Workspace,
    row: PhotoSetRow,
    add: Add,
    demo: Demo,
    monkeypatch: pytest.MonkeyPatch,
    numbers: dict[str, int],
    into: bool,
    said: str,
) -> None:
    demo(**numbers)
    monkeypatch.setattr("pipeline.jobs.import_job.import_photos", None)
    with pytest.raises(QuotaError, match=said):
        add(row if into else None)
    assert PhotoSets(workspace, ANNA).list() == (row,)


def test_what_it_takes_in_the_end_is_weighed_too(
    workspace: Workspace, row: PhotoSetRow, add: Add, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives may be larger than what was sent; then the files of the set go again."""
    for check in ("expect_room_for_upload", "expect_may_import"):
        monkeypatch.setattr(f"pipeline.workspace.quotas.{check}", lambda *_: None)
    demo(visitor_photos=12)
    with pytest.raises(QuotaError, match="13 photos"):
        add(row)
    assert [path.name for path in workspace.photo_sets_folder.iterdir()] == [row.id]
    assert examine(workspace)["healthy"]


def test_the_quotas_of_one_are_not_those_of_others(row: PhotoSetRow, add: Add, demo: Demo) -> None:
    demo(visitor_photos=12, visitor_photo_sets=1)
    made, _ = add(visitor=BEN)
    assert made.accepted == 1


def test_on_ones_own_computer_there_are_none(row: PhotoSetRow, add: Add, demo: Demo) -> None:
    demo(visitor_photos=0, visitor_photo_sets=0, visitor_bytes=0)
    assert add(visitor=None)[0].accepted == 1


def test_a_set_of_everybodys_or_of_somebody_elses_is_left_alone(
    workspace: Workspace, row: PhotoSetRow, add: Add, demo: Demo, tmp_path: Path
) -> None:
    public = add_photo_set(workspace, class_folders(tmp_path / "public", photos=5))
    with pytest.raises(PhotoSetError, match="belongs to everybody"):
        add(public)
    with pytest.raises(PhotoSetError, match="no such photo set"):
        add(row, visitor=BEN)


def test_an_import_on_its_way_into_the_set_is_not_overtaken(
    workspace: Workspace, row: PhotoSetRow, add: Add
) -> None:
    """It would find a newer version than the one that it adds to, and all of it would be lost."""
    files = {"red/1.jpg": jpeg((200, 60, 40), seed=901)}
    Jobs(workspace, ANNA).submit_import(
        str(make_zip(workspace.uploads_folder / f"{1:032x}.zip", files)), into=row.id
    )
    with pytest.raises(PhotoSetError, match="on their way into this set"):
        add(row)
    assert PhotoSets(workspace, ANNA).list() == (row,)


def test_undo_and_redo_bring_no_more_photos_back_than_one_may_have(
    workspace: Workspace, row: PhotoSetRow, add: Add, demo: Demo
) -> None:
    versions = Versions(workspace, ANNA)
    less = versions.edit(row.id, RemovePhotos((0, 1)))
    add()
    demo(visitor_photos=12)
    with pytest.raises(QuotaError, match="13 photos"):
        versions.undo(less.id)
    assert versions.newest(row.id) == less.id
    demo(visitor_photos=13)
    assert versions.undo(less.id).id == row.id
    demo(visitor_photos=5)
    assert versions.redo(row.id).id == less.id, "fewer than before are never too many"
    demo(visitor_photos=100)
    more, _ = add(less, data=jpeg((200, 60, 40), seed=902))
    demo(visitor_photos=12)
    assert versions.undo(more.id).id == less.id
    demo(visitor_photos=11)
    with pytest.raises(QuotaError, match="12 photos"):
        versions.redo(less.id)
    assert versions.newest(row.id) == less.id
