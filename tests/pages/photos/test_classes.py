"""Classes are renamed, merged, made and taken out."""

from __future__ import annotations

from pages.ui.photos import tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open
from tests.pages.photos.conftest import newest, open_tab


def test_a_class_is_renamed_merged_made_and_taken_out(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos"), tabs.CLASSES)
    next(field for field in app.text_input if field.label == "New name").input("sky")
    app.button(key="classes_rename").click().run()
    assert newest(workspace).classes == ("red", "sky")
    app = open_tab(app, tabs.CLASSES)
    next(field for field in app.text_input if field.label == "Name of the new class").input("sea")
    app.button(key="classes_make").click().run()
    assert newest(workspace).class_sizes == {"red": 20, "sea": 0, "sky": 20}
    app = open_tab(app, tabs.CLASSES)
    next(box for box in app.selectbox if box.label == "All photos of").select("sky")
    next(box for box in app.selectbox if box.label == "become").select("sea")
    app.button(key="classes_merge").click().run()
    assert newest(workspace).class_sizes == {"red": 20, "sea": 20}
    app = open_tab(app, tabs.CLASSES)
    next(box for box in app.selectbox if box.label == "Class with its photos").select("red")
    app.button(key="classes_remove").click().run()
    assert newest(workspace).classes == ("sea",)
    assert not app.exception
    assert newest(workspace).versions == 5


def test_a_name_that_is_taken_is_a_sentence(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_tab(open_page("photos"), tabs.CLASSES)
    next(field for field in app.text_input if field.label == "New name").input("RED")
    app.button(key="classes_rename").click().run()
    assert "There is a class red already" in app.error[0].value
