"""What came of the files of a set, and whether it can be trained on."""

from __future__ import annotations

from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words


def test_accepted_and_rejected_make_received(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    assert "41 files received = 40 in the set + 1 rejected" in words(app)
    assert "**40 photos** · Training 32 · Validation 4 · Test 4" in words(app)
    table = app.dataframe[0].value
    assert table["File"][0].endswith("notes.jpg")
    assert "text file" in table["Reason"][0]
    assert table["What to do"][0].startswith("Choose a JPEG")


def test_a_set_that_is_not_ready_says_so_and_cannot_be_started(
    open_page: Open, messy: PhotoSetRow
) -> None:
    app = open_page("photos", set=messy.id)
    assert "It cannot be trained on yet" in app.warning[0].value
    app.switch_page("pages/train.py").run()
    assert app.button(key="train_start").disabled
    assert any("newt has 1" in warning.value for warning in app.warning)
