"""What came of the files of a set, and whether it can be trained on."""

from __future__ import annotations

import pytest

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.tables import VersionRecord
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


@pytest.mark.parametrize("number", [1, 3])
def test_a_few_remarks_stand_open_by_the_numbers_and_many_are_folded(
    number: int, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    notes = [f"{one} of the 5 validation photos became test photos." for one in range(number)]
    with workspace.database.writing() as session:
        (version,) = session.query(VersionRecord).all()
        version.notes = notes
    app = open_page("photos")
    said = [caption.value for caption in app.main.caption]
    assert sum("validation photos became test photos" in one for one in said) == number % 3
    folded = [one.label for one in app.expander if "remark" in one.label]
    assert folded == ["3 remarks on the import"] * (number == 3)
