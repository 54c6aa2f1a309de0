"""Choosing a photo set, here and in the address."""

from __future__ import annotations

from pathlib import Path

from pages.ui import resources
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open
from tests.workspaces import add_photo_set, class_folders


def test_choosing_a_set_changes_the_address_and_the_other_pages(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    add_photo_set(workspace, class_folders(tmp_path / "new", photos=12), "Newer")
    resources.forget_lists()
    app = open_page("photos")
    assert app.selectbox(key="set_choice").value != photo_set.id
    app.selectbox(key="set_choice").select(photo_set.id).run()
    assert photo_set.id in app.query_params["set"]
    app.switch_page("pages/augment.py").run()
    assert app.selectbox(key="set_choice").value == photo_set.id


def test_an_address_with_an_unknown_set_warns(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos", set="0123456789abcdef")
    assert "not here" in app.warning[0].value
    assert not app.exception
