"""What the check-up found, and its buttons."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.ui.photos import tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.seals import Seals
from tests.pages.conftest import Open, walls, words
from tests.pages.photos.conftest import newest, open_tab
from tests.workspaces import add_photo_set, class_folders, jpeg


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


def test_all_photos_that_a_finding_is_about_are_shown(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    """Only four of six were, and none could be opened."""
    folder = class_folders(tmp_path / "dark", photos=12)
    for number in range(6):
        data = jpeg((12, 10, 14), seed=500 + number)
        (folder / "red" / f"{number}-night.jpg").write_bytes(data)
    dark = add_photo_set(workspace, folder, "Dark")
    app = open_tab(open_page("photos", set=dark.id), tabs.CHECK)
    assert not app.exception
    assert "6 photos dark" in words(app)
    (wall,) = [one for one in walls(app) if one.listed["called"] == "6 photos dark"]
    assert wall.labels == ["red"] * 6
    assert len(wall.told["small"]) == 6
    assert not [button for button in app.button if button.label.startswith("It is")]


def test_all_photos_of_a_small_set_tell_what_nine_of_ten_right_would_mean(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    """Of its four test photos alone, hardly anything follows; Quick is judged by all forty."""
    app = open_tab(open_page("photos", set=photo_set.id), tabs.CHECK)
    (metric,) = [one for one in app.metric if one.label == "90 % right would mean"]
    low = int(metric.value.split(" to ")[0])
    assert 70 < low < 90
    assert "A Quick training is judged by all 40 photos" in words(app)
    assert "the 4 test photos alone" in words(app)


def test_a_sealed_test_judges_once_also_in_what_was_shown_before(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    open_tab(open_page("photos", set=photo_set.id), tabs.CHECK)
    Seals(workspace).seal(photo_set.id)
    said = words(open_tab(open_page("photos", set=photo_set.id), tabs.CHECK))
    assert "A Quick training is judged by all 36 photos outside the sealed test" in said
    assert "the 4 test photos alone" not in said


def test_photos_that_were_brought_before_any_class_get_one_in_the_check_up(
    open_page: Open, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said "choose a label for all of them here", and there was nothing to choose with."""
    folder = tmp_path / "loose"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.jpg").write_bytes(jpeg((40, 200, 60), seed=900 + number))
    row = add_photo_set(workspace, folder, "Loose")
    app = open_tab(open_page("photos", set=row.id), tabs.CHECK)
    assert "Choose a label for all of them here" in words(app)
    (field,) = [one for one in app.selectbox if one.label == "Label for all of them"]
    assert not field.options
    number = field.key[-1]
    assert app.button(key=f"finding_label_all_{number}").disabled
    # AppTest types nothing into a field.
    monkeypatch.setattr("pages.ui.photos.checkup.label_choice", lambda *_: "Mia")
    app.run()
    app.button(key=f"finding_label_all_{number}").click().run()
    assert not app.exception
    assert newest(workspace).class_sizes == {"Mia": 12}
    assert newest(workspace).change == "12 photos all labelled Mia"


def test_every_group_of_photos_that_belong_together_is_reached(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    """Of more than four the others were a number."""
    folder = class_folders(tmp_path / "twice", photos=12)
    for number in range(6):
        copied = (folder / "blue" / f"{number}.jpg").read_bytes()
        (folder / "red" / f"again-{number}.jpg").write_bytes(copied)
    row = add_photo_set(workspace, folder, "Twice")
    app = open_tab(open_page("photos", set=row.id), tabs.CHECK)
    shown = [one for one in walls(app) if one.listed["called"] == "6 pictures in two classes"]
    assert [sorted(one.labels) for one in shown] == [["blue", "red"]] * 4
    (pages,) = app.get("pagination")
    assert pages.proto.num_pages == 2
