"""Versions of a photo set on the pages."""

from __future__ import annotations

from pages.ui import resources
from pages.ui.photos import tabs
from pipeline.photos.class_edits import RenameClass
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, gallery, words
from tests.pages.photos.conftest import newest, open_tab


def test_an_earlier_version_is_looked_at_and_not_changed(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Versions(workspace).edit(photo_set.id, RenameClass("blue", "sky"))
    resources.forget_lists()
    app = open_page("photos", set=photo_set.id)
    assert "You look at version 1 of 2" in app.info[0].value
    assert not gallery(app).listed["picks"]
    assert not gallery(app).listed["changes"]
    app.button(key="photos_newest").click().run()
    assert "You look at version" not in words(app)
    app = open_tab(app, tabs.KEEP)
    assert app.dataframe[0].value["What changed"].tolist() == [
        "Class blue renamed to sky",
        "Imported",
    ]
    app.button(key="photos_forget").click().run()
    assert newest(workspace).versions == 1
