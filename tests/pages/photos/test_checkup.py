"""What the check-up found, and its buttons."""

from __future__ import annotations

from pathlib import Path

from pages.ui.photos import tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.seals import Seals
from tests.pages.conftest import Open, words
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


def test_some_of_the_photos_that_a_finding_is_about_are_shown(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    """Only what belongs together was: of dark photos there was nothing but their number."""
    folder = class_folders(tmp_path / "dark", photos=12)
    for number in range(6):
        data = jpeg((12, 10, 14), seed=500 + number)
        (folder / "red" / f"{number}-night.jpg").write_bytes(data)
    dark = add_photo_set(workspace, folder, "Dark")
    app = open_tab(open_page("photos", set=dark.id), tabs.CHECK)
    assert not app.exception
    assert "6 photos dark" in words(app)
    assert "and 2 more" in words(app)
    assert sum(len(shown.proto.imgs) for shown in app.get("image")) >= 4
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
