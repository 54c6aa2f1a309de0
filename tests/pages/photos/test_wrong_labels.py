"""Labels that look wrong, mended or kept with one click each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pages.ui.photos import tabs
from pages.ui.photos.wrong_labels import suspects
from pipeline.photos.photo_edits import Relabel
from pipeline.wording.sealed_text import LEFT_OUT
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.seals import Seals
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, walls, words
from tests.pages.photos.conftest import newest, open_tab

WRONG = (3, 30)  # of 40 photos, blue first by name


def keep_study(workspace: Workspace, row: PhotoSetRow, truth: dict[str, int] | None = None) -> None:
    """A study that knows what the photos show: what their labels say, if nothing else is told."""
    photo_set = PhotoSets(workspace).open(row.id)
    truth = truth or {photo.sha256: photo.class_index for photo in photo_set.photos}
    shares = np.full((len(photo_set.photos), 2), 0.04, np.float32)
    shares[range(len(shares)), [truth[photo.sha256] for photo in photo_set.photos]] = 0.96
    sha256 = hashes(photo_set)
    features = KnownFeatures(sha256, shares, {}, "")
    Studies(workspace).keep(row.id, Study(sha256, photo_set.classes, shares, shares), features)


@pytest.fixture
def mislabelled(workspace: Workspace, photo_set: PhotoSetRow) -> PhotoSetRow:
    """Forty photos, two of them labelled wrong, and a study."""
    photos = PhotoSets(workspace).open(photo_set.id).photos
    truth = {photo.sha256: photo.class_index for photo in photos}
    wrong = tuple((i, photo_set.classes[1 - photos[i].class_index]) for i in WRONG)
    row = Versions(workspace).edit(photo_set.id, Relabel(wrong))
    keep_study(workspace, row, truth)
    return row


def check_up(open_page: Open, row: PhotoSetRow):
    app = open_tab(open_page("photos", set=row.id), tabs.CHECK)
    assert not app.exception
    return app


def press(app, beginning: str):
    """Press the first button whose key begins so."""
    return next(one for one in app.button if (one.key or "").startswith(beginning)).click().run()


def asked(app) -> list[str]:
    named = [one.listed["called"] for one in walls(app)]
    return [one for one in named if "which looks like" in one]


def test_the_likeliest_comes_first_and_has_the_highest_share(
    workspace: Workspace, mislabelled: PhotoSetRow
) -> None:
    """Those who make the order tell the shares, too."""
    studies, photo_set = Studies(workspace), PhotoSets(workspace).open(mislabelled.id)
    study = studies.get(mislabelled.id)
    assert study is not None
    plain, pruned = study.probabilities.copy(), study.pruned.copy()
    for place, (likely, shown) in zip(WRONG, ((0.97, 0.99), (0.99, 0.6)), strict=True):
        other = 1 - photo_set.photos[place].class_index
        plain[place, other], plain[place, 1 - other] = shown, 1 - shown
        pruned[place, other], pruned[place, 1 - other] = likely, 1 - likely
    found = suspects(replace(study, probabilities=plain, pruned=pruned), photo_set)
    assert [one.photo for one in found] == [WRONG[1], WRONG[0]]
    assert [one.share for one in found] == pytest.approx([0.99, 0.97])


def test_one_click_mends_a_label_and_the_next_one_stays_to_be_judged(
    open_page: Open, workspace: Workspace, mislabelled: PhotoSetRow
) -> None:
    app = check_up(open_page, mislabelled)
    assert "2 labels to look at" in words(app)
    assert len(asked(app)) == 2
    press(app, "wrong_label_")
    made = newest(workspace)
    assert (made.version, made.change) == (3, "1 photo labelled blue")
    app = open_tab(app, tabs.CHECK)
    assert "1 label to look at" in words(app)
    app.button(key="photos_undo").click().run()
    app = open_tab(app, tabs.CHECK)
    assert "2 labels to look at" in words(app)


def test_a_label_that_is_kept_is_not_asked_about_again(
    open_page: Open, workspace: Workspace, mislabelled: PhotoSetRow
) -> None:
    app = check_up(open_page, mislabelled)
    press(app, "right_label_")
    assert newest(workspace).id == mislabelled.id
    assert len(asked(app)) == 1
    assert len(asked(check_up(open_page, mislabelled))) == 1  # another visit


def test_nothing_is_said_of_sealed_test_photos(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    """Also where they were studied before the seal."""
    content = PhotoSets(workspace).open(photo_set.id)
    truth = {photo.sha256: photo.class_index for photo in content.photos}
    chosen = (int(content.indices(split)[0]) for split in ("test", "training"))
    wrong = tuple((i, photo_set.classes[1 - content.photos[i].class_index]) for i in chosen)
    row = Versions(workspace).edit(photo_set.id, Relabel(wrong))
    keep_study(workspace, row, truth)
    app = check_up(open_page, row)
    assert len(asked(app)) == 2
    assert LEFT_OUT not in words(app)
    Seals(workspace).seal(row.id)
    app = check_up(open_page, row)
    assert len(asked(app)) == 1
    assert LEFT_OUT in words(app)


def test_all_of_them_are_one_change(
    open_page: Open, workspace: Workspace, mislabelled: PhotoSetRow
) -> None:
    app = check_up(open_page, mislabelled)
    app.button(key="wrong_labels_all").click().run()
    made = newest(workspace)
    assert (made.version, made.change) == (3, "2 labels changed")
    assert made.class_sizes == {"blue": 20, "red": 20}
    assert "No label looks wrong." in [one.value for one in check_up(open_page, made).success]


def test_an_earlier_version_is_looked_at_only(
    open_page: Open, workspace: Workspace, mislabelled: PhotoSetRow
) -> None:
    Versions(workspace).edit(mislabelled.id, Relabel(((0, "red"),)))
    app = check_up(open_page, mislabelled)
    found = [one for one in app.button if (one.key or "").startswith(("wrong_", "right_"))]
    assert found and all(one.disabled for one in found)


def test_a_study_of_too_few_labels_says_so(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    sha256 = hashes(PhotoSets(workspace).open(photo_set.id))
    nothing = np.empty((len(sha256), 0), np.float32)
    features = KnownFeatures(sha256, nothing, {}, "")
    Studies(workspace).keep(photo_set.id, Study(sha256, (), nothing, nothing), features)
    assert "Two classes with at least two photos" in words(check_up(open_page, photo_set))
