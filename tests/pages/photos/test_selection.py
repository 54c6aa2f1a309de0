"""Photos that were picked get another label, or are taken out."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import newest

ACTIONS = {"photos_remove", "photos_relabel", "photos_resplit", "photos_pick_none"}


def actions(app: AppTest) -> set[str]:
    return {button.key for button in app.button} & ACTIONS


def test_what_can_be_done_appears_with_the_first_photo_that_is_picked(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    """It stood there, disabled, before anybody had picked one."""
    app = open_page("photos")
    assert not actions(app)
    assert "selected" not in words(app)
    app.session_state[f"photos_picked_{photo_set.id}"] = {3}
    app.run()
    assert actions(app) == ACTIONS
    assert "**1 selected**" in words(app)
    app.button(key="photos_pick_none").click().run()
    assert not actions(app)


def test_picked_photos_get_another_label_and_undo_takes_it_back(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    app.button(key="photos_pick_all").click().run()
    assert "**40 selected**" in words(app)
    assert "photos_pick_all" not in {button.key for button in app.button}
    app.selectbox(key=f"photos_label_{photo_set.id}").select("red").run()
    app.button(key="photos_relabel").click().run()
    assert not app.exception
    assert newest(workspace).class_sizes["red"] == 40
    assert newest(workspace).change == "40 photos all labelled red"
    app.button(key="photos_undo").click().run()
    assert newest(workspace).id == photo_set.id
    app.button(key="photos_redo").click().run()
    assert newest(workspace).class_sizes["red"] == 40


def test_one_photo_is_taken_out(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    app.session_state[f"photos_picked_{photo_set.id}"] = {3}
    app.run()
    app.button(key="photos_remove").click().run()
    assert newest(workspace).accepted == 39
    assert "41 files received = 39 in the set + 1 rejected + 1 taken out by you" in words(app)


def test_picked_photos_go_to_another_split(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    app.button(key="photos_pick_all").click().run()
    app.selectbox(key=f"photos_new_split_{photo_set.id}").select("test").run()
    app.button(key="photos_resplit").click().run()
    assert not app.exception
    assert newest(workspace).split_sizes["test"] == 40
