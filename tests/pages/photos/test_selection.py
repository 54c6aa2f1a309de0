"""Photos that were picked get another label, or are taken out."""

from __future__ import annotations

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import newest, ticks


def test_picked_photos_get_another_label_and_undo_takes_it_back(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    app.button(key="photos_pick_page").click().run()
    assert "**12 photos** picked" in words(app)
    app.selectbox(key=f"photos_label_{photo_set.id}").select("red").run()
    app.button(key="photos_relabel").click().run()
    assert not app.exception
    assert newest(workspace).class_sizes["red"] > 20
    assert newest(workspace).change == "12 photos all labelled red"
    app.button(key="photos_undo").click().run()
    assert newest(workspace).id == photo_set.id
    app.button(key="photos_redo").click().run()
    assert newest(workspace).class_sizes["red"] > 20


def test_one_tick_is_one_photo_taken_out(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    ticks(app)[0].check().run()
    assert "**1 photo** picked" in words(app)
    app.button(key="photos_remove").click().run()
    assert newest(workspace).accepted == 39
    assert "41 files received = 39 in the set + 1 rejected + 1 taken out by you" in words(app)
