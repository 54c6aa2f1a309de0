"""The cats-and-dogs course set, dropped as a zip: what was understood is shown, and corrected."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from tests.browser.conftest import Server
from tests.browser.test_own_photos import open_tab
from tests.file_sets import make_zip
from tests.workspaces import add_photo_set, class_folders, jpeg, wait_for

COLOURS = {"cats": (40, 60, 200), "dogs": (200, 60, 40)}
PARTS = {"training_set": 10, "test_set": 6}


@pytest.fixture
def workspace(own_home: Path, tmp_path: Path) -> Workspace:
    """One with a set, so that the first visit paints nothing."""
    workspace = open_workspace(own_home)
    add_photo_set(workspace, class_folders(tmp_path / "first", photos=6), "First")
    return workspace


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """As it is downloaded: a folder in a folder, and two photos to try the network on."""
    files = {
        f"dataset/{part}/{name}/{name[:-1]}.{number}.jpg": jpeg(colour, seed=100 * size + number)
        for part, size in PARTS.items()
        for name, colour in COLOURS.items()
        for number in range(size)
    }
    for number in (1, 2):
        name = f"dataset/single_prediction/cat_or_dog_{number}.jpg"
        files[name] = jpeg((40, 200, 60), seed=number)
    return make_zip(tmp_path / "Cats against dogs.zip", files)


def drop(page: Page, path: Path) -> None:
    """Drop a zip, and wait for the question."""
    open_tab(page, "Add photos")
    page.locator("input[type=file]").first.set_input_files(path)
    expect(page.get_by_text("is this how you mean it?")).to_be_visible()


def made(workspace: Workspace) -> list[PhotoSetRow]:
    return [row for row in PhotoSets(workspace).list() if row.name != "First"]


def test_the_course_set_comes_in_as_it_is_meant(
    workspace: Workspace, visit, server: Server, course: Path
) -> None:
    page = visit().go("/photos")
    drop(page, course)
    expect(page.get_by_text("Read as 2 classes, 2 splits; left out: 2 files.")).to_be_visible()
    expect(page.get_by_text("training: 20 photos")).to_be_visible()
    assert made(workspace) == [], "shown before it is kept"
    page.get_by_role("button", name="Import like this").click()
    wait_for(lambda: made(workspace), "the photos")
    (row,) = made(workspace)
    assert row.class_sizes == {"cats": 16, "dogs": 16}
    assert row.split_sizes["test"] == 12
    expect(page.get_by_text("34 files received = 32 in the set + 2 rejected")).to_be_visible()
    expect(page.get_by_text("is this how you mean it?")).to_have_count(0)
    wait_for(lambda: not list(workspace.uploads_folder.iterdir()), "the upload's end")


def test_a_reading_is_corrected_by_one_click(
    workspace: Workspace, visit, server: Server, course: Path
) -> None:
    visitor = visit()
    page = visitor.go("/photos")
    drop(page, course)
    page.reload()  # the question waits, also for another browser
    visitor.settle()
    page.get_by_role("button", name="Each folder is a class").click()
    wait_for(lambda: made(workspace), "the photos")
    assert made(workspace)[0].class_sizes == {
        "single_prediction": 2,
        "test_set": 12,
        "training_set": 20,
    }


def test_a_question_can_be_left_alone(
    workspace: Workspace, visit, server: Server, course: Path
) -> None:
    page = visit().go("/photos")
    drop(page, course)
    page.get_by_role("button", name="Do not import").click()
    expect(page.get_by_text("is this how you mean it?")).to_have_count(0)
    wait_for(lambda: not list(workspace.uploads_folder.iterdir()), "the upload's end")
    assert made(workspace) == []
