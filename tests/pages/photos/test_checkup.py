"""What the check-up found, and its buttons."""

from __future__ import annotations

from pages.ui.photos import tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import newest, open_tab


def test_the_check_up_names_what_to_mend_and_its_button_mends_it(
    open_page: Open, workspace: Workspace, messy: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos", set=messy.id), tabs.CHECK)
    assert not app.exception
    found = words(app)
    for title in ("1 photo without a label", "Too few photos", "1 picture in two classes"):
        assert title in found
    next(button for button in app.button if button.label == "All are blue").click().run()
    assert newest(workspace).class_sizes["blue"] == 31
    app = open_tab(app, tabs.CHECK)
    assert "without a label" not in words(app)
    next(button for button in app.button if button.label == "It is red").click().run()
    assert newest(workspace).class_sizes["blue"] == 30
