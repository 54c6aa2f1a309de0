"""Wrong labels are found before any training and mended with clicks; others are given by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.jobs.queue import Jobs
from pipeline.photos.class_names import UNLABELLED
from pipeline.photos.photo_edits import MovePhotos, Relabel
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.versions import Versions
from tests.browser.test_own_photos import newest, open_tab
from tests.workspaces import add_photo_set, class_folders, finished, wait_for

NAME = "Pets"
WRONG = (3, 30)  # of forty, twenty of a class


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Forty photos of two classes, two of them labelled as the other."""
    made = add_photo_set(workspace, class_folders(tmp_path / "pets", 20, ("cat", "dog")), NAME)
    photo_set = PhotoSets(workspace).open(made.id)
    wrong = [(i, made.classes[1 - photo_set.photos[i].class_index]) for i in WRONG]
    return Versions(workspace).edit(made.id, Relabel(tuple(wrong)))


def changed(workspace: Workspace, row: PhotoSetRow) -> PhotoSetRow:
    wait_for(lambda: newest(workspace, NAME).id != row.id, "a new version")
    return newest(workspace, NAME)


def press(page: Page, key: str) -> None:
    """The first button whose key begins so."""
    page.locator(f"[class*='st-key-{key}']").first.get_by_role("button").first.click()


def suspects(page: Page, count: int) -> None:
    expect(page.locator("[class*='st-key-wrong_label_']")).to_have_count(count)


def test_wrong_labels_are_mended_one_by_one_and_back(
    visit, workspace: Workspace, row: PhotoSetRow
) -> None:
    page = visit().go(f"/photos?set={row.id}")
    open_tab(page, "Check-up")
    page.get_by_role("button", name="Study the photos").click()
    expect(page.get_by_text("2 labels to look at")).to_be_visible(timeout=180_000)
    expect(page.get_by_role("heading", name="Would more photos help?")).to_be_visible()
    suspects(page, 2)
    press(page, "wrong_label_")
    first = changed(workspace, row)
    expect(page.get_by_text("1 label to look at")).to_be_visible()
    press(page, "wrong_label_")
    second = changed(workspace, first)
    assert second.class_sizes == {"cat": 20, "dog": 20}
    expect(page.get_by_text("No label looks wrong.")).to_be_visible()
    press(page, "photos_undo")
    expect(page.get_by_text("1 label to look at")).to_be_visible()
    press(page, "right_label_")
    expect(page.get_by_text("No label looks wrong.")).to_be_visible()
    assert newest(workspace, NAME).id == first.id


def test_labels_are_given_with_keys(visit, workspace: Workspace, row: PhotoSetRow) -> None:
    chosen = tuple(range(0, 40, 2))
    waiting = Versions(workspace).edit(row.id, MovePhotos(chosen, UNLABELLED))
    job = finished(workspace, Jobs(workspace).submit_study(waiting.id).id, 180)
    assert job.error is None
    page = visit().go(f"/photos?set={waiting.id}")
    open_tab(page, "Label")
    expect(page.get_by_text("20 photos left without a label.")).to_be_visible()
    expect(page.get_by_text("It looks like")).to_be_visible()
    for left in range(19, 10, -1):
        suggested = "cat" in page.get_by_text("It looks like").inner_text()
        page.keyboard.press("1" if suggested else "2")
        expect(page.get_by_text(f"{left} photos left without a label.")).to_be_visible()
    page.keyboard.press("1")
    made = changed(workspace, waiting)
    assert made.change == "10 labels changed"
    expect(page.get_by_text("10 photos left without a label.")).to_be_visible()
    expect(page.get_by_text("0 answers not kept yet")).to_be_visible()
