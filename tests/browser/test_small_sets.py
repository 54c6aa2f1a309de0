"""Few photos, and look-alike ones: twenty-four of two pets, and forty frames of a webcam."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, Visitor, choose
from tests.browser.test_own_photos import open_tab
from tests.non_pets import screen
from tests.webcam import frames
from tests.workspaces import add_photo_set, class_folders, jpeg, wait_for

TRAINING_MS = 120_000


def set_quick_without_a_network(page: Page) -> None:
    page.locator(".st-key-train_set").get_by_role("button").click()
    page.get_by_role("menuitem", name="Quick").click()
    expect(page.get_by_text("Preset: Quick")).to_be_visible()
    page.get_by_text("More settings", exact=True).click()
    box = page.locator(".st-key-train_weights").get_by_role("combobox")
    choose(box, "own small network")


def add_folder(visitor: Visitor, folder: Path) -> None:
    page = visitor.go("/photos")
    open_tab(page, "Add photos")
    visitor.bring_folder(folder)


def train_quickly(visitor: Visitor, photo_set_id: str) -> Page:
    page = visitor.go(f"/train?set={photo_set_id}")
    set_quick_without_a_network(page)
    page.get_by_role("button", name="Start training").click()
    return page


@pytest.fixture
def pets(own_home: Path, tmp_path: Path) -> Path:
    """A folder of twelve photos of each of two pets, one of Rex in Minka's folder."""
    add_photo_set(open_workspace(own_home), class_folders(tmp_path / "first", photos=6), "First")
    folder = class_folders(tmp_path / "pets", 12, ("Minka", "Rex"))
    astray = sorted((folder / "Rex").iterdir())[5]
    astray.rename(folder / "Minka" / "astray.jpg")
    return folder


@pytest.mark.slow
def test_two_pets_from_a_folder_to_none_of_them(
    visit, server: Server, own_home: Path, pets: Path
) -> None:
    workspace = open_workspace(own_home)
    visitor = visit()
    add_folder(visitor, pets)
    wait_for(lambda: PhotoSets(workspace).list()[0].accepted == 24, "the photos")

    # The label that is wrong is found before any training, and mended with a click.
    page = visitor.go(f"/photos?set={PhotoSets(workspace).list()[0].id}")
    page.locator(".st-key-photos_tab").get_by_text("Check-up", exact=True).click()
    page.get_by_role("button", name="Study the photos").click()
    expect(page.get_by_text("1 label to look at")).to_be_visible(timeout=TRAINING_MS)
    page.locator("[class*='st-key-wrong_label_']").first.get_by_role("button").first.click()
    wait_for(
        lambda: PhotoSets(workspace).list()[0].class_sizes == {"Minka": 12, "Rex": 12}, "the label"
    )
    photo_set = PhotoSets(workspace).list()[0]

    # Every photo judges, each a network that had not seen it.
    page = train_quickly(visitor, photo_set.id)
    judged = page.get_by_text("of all 24 photos were predicted correctly").first
    expect(judged).to_be_visible(timeout=TRAINING_MS)
    expect(judged).to_contain_text("each by a network trained without it")
    run = Runs(workspace).list()[0]
    assert run.cross_validation is not None
    assert (run.cross_validation["photos"], run.score) == (24, run.cross_validation)
    page = visitor.go(f"/runs?run={run.id}")
    expect(page.get_by_text("of all 24 photos were predicted correctly").first).to_be_visible()
    page = visitor.go("/")
    expect(page.get_by_text("of all 24 photos (").first).to_be_visible()
    page = visitor.go(f"/evaluate?run={run.id}")
    first = "All photos of its set, each by a network trained without it"
    expect(page.get_by_role("combobox", name="Photos", exact=True)).to_have_value(first)
    expect(page.get_by_text("correct on 24 photos")).to_be_visible()

    # A photo of a pet gets a name; a text does not.
    page = visitor.go(f"/classify?run={run.id}")
    for picture, answer in (
        (jpeg((40, 60, 200), seed=900), "Minka"),
        (non_pet(), "None of them"),
    ):
        page.locator("input[type=file]").first.set_input_files(
            files=[{"name": "new.jpg", "mimeType": "image/jpeg", "buffer": picture}]
        )
        expect(page.get_by_role("heading", name=answer, exact=True)).to_be_visible()
    assert examine(workspace)["healthy"]


def non_pet() -> bytes:
    """A page of text as JPEG."""
    stream = io.BytesIO()
    Image.fromarray(screen(np.random.default_rng(3), 160)).save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.slow
def test_forty_frames_of_two_things_in_one_place(
    visit, server: Server, own_home: Path, tmp_path: Path
) -> None:
    """One background, two things: it can be learned, and what that is worth is said."""
    workspace = open_workspace(own_home)
    add_photo_set(workspace, class_folders(tmp_path / "first", photos=6), "First")
    for thing, name in enumerate(("cup", "spoon")):
        (tmp_path / "desk" / name).mkdir(parents=True)
        for number, frame in enumerate(frames(9, thing, 20)):
            (tmp_path / "desk" / name / f"{number}.jpg").write_bytes(frame)
    visitor = visit()
    add_folder(visitor, tmp_path / "desk")
    wait_for(lambda: PhotoSets(workspace).list()[0].accepted == 40, "the frames")
    photo_set = PhotoSets(workspace).list()[0]
    assert photo_set.split_sizes == {"training": 32, "validation": 4, "test": 4}

    page = visitor.go(f"/photos?set={photo_set.id}")
    page.locator(".st-key-photos_tab").get_by_text("Check-up", exact=True).click()
    expect(page.get_by_text("All photos look the same")).to_be_visible()
    expect(page.get_by_text("4 of 4 test photos and 4 of 4 validation photos have")).to_be_visible()

    page = train_quickly(visitor, photo_set.id)
    judged = page.get_by_text("of all 40 photos").first
    expect(judged).to_be_visible(timeout=TRAINING_MS)
    run = Runs(workspace).list()[0]
    assert run.score is not None
    assert run.score["near_copies"] == 40
    page = visitor.go(f"/runs?run={run.id}")
    expect(page.get_by_text("near copy").first).to_be_visible()
    assert run.score["low"] < 0.6, "frames of one scene are hardly any witnesses"
    assert examine(workspace)["healthy"]
