"""The button that makes a set ready, on Photos and on Train."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.seals import Seals
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open
from tests.pages.photos.conftest import newest
from tests.workspaces import add_photo_set, class_folders, jpeg

KEY = "fit_for_training"


@pytest.fixture
def half_labelled(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Two classes, and a photo that lies in no folder."""
    folder = class_folders(tmp_path / "half", photos=12)
    (folder / "loose.jpg").write_bytes(jpeg((40, 200, 60), seed=77))
    return add_photo_set(workspace, folder, "Half")


def keys(app) -> list[str]:
    return [button.key for button in app.button]


@pytest.mark.parametrize("page", ["photos", "train"])
def test_one_press_leaves_out_what_keeps_a_set_from_training(
    open_page: Open, workspace: Workspace, half_labelled: PhotoSetRow, page: str
) -> None:
    app = open_page(page)
    assert "1 photo without a label" in app.button(key=KEY).help
    app = app.button(key=KEY).click().run()
    assert not app.exception
    after = newest(workspace)
    assert (after.missing, set(after.classes)) == ((), {"blue", "red"})
    assert KEY not in keys(app)


def test_a_set_that_is_ready_has_none(open_page: Open, photo_set: PhotoSetRow) -> None:
    assert KEY not in keys(open_page("photos"))


def test_where_photos_are_missing_nothing_is_promised(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Versions(workspace).edit(photo_set.id, MovePhotos(tuple(range(40)), "all one"))
    assert newest(workspace).missing
    assert KEY not in keys(open_page("photos"))


def test_a_sealed_test_is_not_divided_anew(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    content = PhotoSets(workspace).open(photo_set.id).content
    watched = content.where(lambda photo: photo.split == "validation")
    Versions(workspace).edit(photo_set.id, RemovePhotos(watched))
    assert KEY in keys(open_page("photos"))
    Seals(workspace).seal(newest(workspace).id)
    assert KEY not in keys(open_page("photos"))
