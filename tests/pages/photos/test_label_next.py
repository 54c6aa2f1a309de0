"""Photos without a label: shown one by one, labelled with a click, kept ten at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pages.ui.photos import tabs
from pages.ui.photos.label_next import BATCH
from pipeline.photos.class_names import UNLABELLED
from pipeline.photos.photo_edits import MovePhotos
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, alts, words
from tests.pages.photos.conftest import newest, open_tab


@pytest.fixture
def waiting(workspace: Workspace, photo_set: PhotoSetRow) -> PhotoSetRow:
    """Ten blue photos, ten red ones, twenty without a label; all of them studied."""
    members = PhotoSets(workspace).open(photo_set.id)
    chosen = tuple(i for i in range(40) if i % 2)
    row = Versions(workspace).edit(photo_set.id, MovePhotos(chosen, UNLABELLED))
    blue = {photo.sha256: photo.class_index == 0 for photo in members.photos}
    features = np.array([[blue[p.sha256], not blue[p.sha256]] for p in members.photos], np.float32)
    sha256 = hashes(members)
    nothing = np.zeros((40, 2), np.float32)
    study = Study(sha256, ("blue", "red"), nothing, nothing)
    Studies(workspace).keep(row.id, study, KnownFeatures(sha256, features, {}, ""))
    return row


def labelling(open_page: Open, row: PhotoSetRow):
    app = open_tab(open_page("photos", set=row.id), tabs.LABEL)
    assert not app.exception
    return app


def press(app, label: str):
    return next(one for one in app.button if one.label == label).click().run()


def unlabelled(row: PhotoSetRow) -> int:
    return row.class_sizes.get(UNLABELLED, 0)


def test_ten_clicks_make_a_version(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow
) -> None:
    app = labelling(open_page, waiting)
    assert "Photo without a label" in alts(app)
    assert "20 photos left without a label." in words(app)
    for _ in range(BATCH - 1):
        suggested = "blue" if "looks like **blue**" in words(app) else "red"
        press(app, suggested)
    assert newest(workspace).id == waiting.id
    assert "9 answers not kept yet" in words(app)
    press(app, "blue" if "looks like **blue**" in words(app) else "red")
    made = newest(workspace)
    assert (made.version, made.change, unlabelled(made)) == (3, "10 labels changed", 10)
    photos = PhotoSets(workspace).open(made.id)
    truth = {"blue": 0, "red": 0}
    for photo in photos.photos:
        name = photos.classes[photo.class_index]
        if name != UNLABELLED:
            truth[name] += photo.name.startswith(name)
    assert sum(truth.values()) == 30  # every suggestion was right
    assert "0 answers not kept yet" in words(labelling(open_page, made))


def test_the_last_one_can_be_taken_back_and_fewer_can_be_kept(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow
) -> None:
    app = labelling(open_page, waiting)
    press(app, "red")
    press(app, "red")
    press(app, "Back")
    assert "1 answer not kept yet" in words(app)
    press(app, "Keep them now")
    made = newest(workspace)
    assert (unlabelled(made), made.class_sizes["red"]) == (19, 11)


def test_a_class_is_made_without_losing_what_was_said(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow
) -> None:
    app = labelling(open_page, waiting)
    press(app, "red")
    app.text_input[0].set_value("green")
    press(app, "Make the class")
    made = newest(workspace)
    assert made.classes == ("blue", "green", "red", UNLABELLED)
    app = open_tab(app, tabs.LABEL)
    assert "1 answer not kept yet" in words(app)
    press(app, "green")
    press(app, "Keep them now")
    assert newest(workspace).class_sizes["green"] == 1


def test_what_shows_none_of_the_classes_is_taken_out(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow
) -> None:
    app = labelling(open_page, waiting)
    press(app, "Something else: take it out")
    assert "19 photos left without a label." in words(app)
    press(app, "Back")
    press(app, "Something else: take it out")
    press(app, "red")
    press(app, "Keep them now")
    made = newest(workspace)
    assert (made.accepted, unlabelled(made), made.class_sizes["red"]) == (39, 18, 11)
    assert made.change == "1 label changed, 1 photo taken out"


def test_photos_that_joined_are_asked_about_once_they_are_studied(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow
) -> None:
    """What a page had kept from before the study does not hide them."""
    known = Studies(workspace).features(waiting.id)
    study = Studies(workspace).get(waiting.id)
    assert known is not None and study is not None
    some = KnownFeatures(known.sha256[1:], known.pooled[1:], {}, "")
    Studies(workspace).keep(waiting.id, study, some)
    app = labelling(open_page, waiting)
    assert app.button(key="study_primary").label.startswith("Study the new photos, too")
    assert "Photo without a label" not in alts(app)
    Studies(workspace).keep(waiting.id, study, known)
    assert "Photo without a label" in alts(labelling(open_page, waiting))


def test_a_set_with_unlabelled_photos_leads_there(open_page: Open, waiting: PhotoSetRow) -> None:
    app = open_tab(open_page("photos", set=waiting.id), tabs.LOOK)
    assert app.selectbox(key="set_choice").options[0].endswith("40 photos, 2 classes")
    app.button(key="photos_to_label").click().run()
    assert app.session_state["photos_tab"] == tabs.LABEL


def test_each_class_has_a_key(open_page: Open, waiting: PhotoSetRow) -> None:
    app = labelling(open_page, waiting)
    keys = {one.label: one.proto.shortcut for one in app.button if one.proto.shortcut}
    out = "Something else: take it out"
    assert keys == {"blue": "1", "red": "2", out: "0", "Back": "backspace"}


def test_photos_that_nobody_looked_at_are_studied_first(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow, tmp_path: Path
) -> None:
    Studies(workspace).forget(waiting.id)
    app = labelling(open_page, waiting)
    assert app.button(key="study_primary")
    assert "Photo without a label" not in alts(app)


def test_the_tab_is_there_where_photos_wait(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = labelling(open_page, photo_set)
    assert app.session_state["photos_tab"] != tabs.LABEL


def test_the_check_up_leads_there(open_page: Open, waiting: PhotoSetRow) -> None:
    app = open_tab(open_page("photos", set=waiting.id), tabs.CHECK)
    press(app, "Label them one by one")
    assert app.session_state["photos_tab"] == tabs.LABEL


def test_the_last_label_takes_the_waiting_room_away(
    open_page: Open, workspace: Workspace, waiting: PhotoSetRow
) -> None:
    members = PhotoSets(workspace).open(waiting.id)
    at = members.classes.index(UNLABELLED)
    chosen = members.content.where(lambda photo: photo.class_index == at)
    made = Versions(workspace).edit(waiting.id, MovePhotos(chosen, "red"))
    assert made.classes == ("blue", "red")
    assert made.missing == ()
