"""Twenty-four photos of two pets: every one of them judges, each a network that had not seen it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server
from tests.workspaces import add_photo_set, class_folders, wait_for

TRAINING_MS = 120_000


def set_quick_without_a_network(page: Page) -> None:
    page.locator(".st-key-train_preset_quick").get_by_role("button").click()
    expect(page.get_by_role("button", name="Quick is set")).to_be_visible()
    page.get_by_text("More settings", exact=True).click()
    box = page.locator(".st-key-train_weights").get_by_role("combobox")

    def chosen() -> bool:
        """A rerun that comes late closes the list of choices; then it is opened again."""
        box.click()
        try:
            page.get_by_role("option", name="built-in").click(timeout=2000)
        except TimeoutError:
            return False
        return True

    wait_for(chosen, "weights: built-in")


@pytest.mark.slow
def test_every_photo_of_two_pets_judges(
    visit, server: Server, own_home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(own_home)
    add_photo_set(workspace, class_folders(tmp_path / "first", photos=6), "First")
    visitor = visit()
    page = visitor.go("/photos")
    page.locator(".st-key-photos_tab").get_by_text("Add photos", exact=True).click()
    page.locator(".st-key-photos_way").get_by_text("A folder").click()
    visitor.settle()  # else files are asked for, not a folder
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploaderDropzone").locator("button").click()
    chooser.value.set_files(class_folders(tmp_path / "pets", 12, ("Minka", "Rex")))
    wait_for(lambda: PhotoSets(workspace).list()[0].accepted == 24, "the photos")
    photo_set = PhotoSets(workspace).list()[0]

    page = visitor.go(f"/train?set={photo_set.id}")
    set_quick_without_a_network(page)
    page.get_by_role("button", name="Start training").click()
    judged = page.get_by_text("of all 24 photos were called right").first
    expect(judged).to_be_visible(timeout=TRAINING_MS)
    expect(judged).to_contain_text("each judged by a network that had not seen it")

    run = Runs(workspace).list()[0]
    assert run.cross_validation is not None
    assert (run.cross_validation["photos"], run.score) == (24, run.cross_validation)
    page = visitor.go(f"/runs?run={run.id}")
    expect(page.get_by_text("of all 24 photos were called right").first).to_be_visible()
    expect(page.get_by_text("That is the score of all photos").first).to_be_visible()
    page = visitor.go("/")
    expect(page.get_by_text("of all 24 photos (").first).to_be_visible()
    page = visitor.go(f"/evaluate?run={run.id}")
    first = "All photos of its set, each judged by a network that had not seen it"
    expect(page.get_by_role("combobox", name="Photos", exact=True)).to_have_value(first)
    expect(page.get_by_text("of 24 photos were called right")).to_be_visible()
    assert examine(workspace)["healthy"]
