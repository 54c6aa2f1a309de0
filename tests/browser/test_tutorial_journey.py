"""Journey B: the tutorial's photos by path, looked at, trained on, held side by side, mended.

Needs `../shared` and ten minutes: `make acceptance`, or `python -m tests.benchmarks.journeys B`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, Visitor
from tests.browser.stopwatch import Stopwatch, words_at_first_look
from tests.workspaces import wait_for

pytestmark = pytest.mark.acceptance

WORK_MS = 900_000  # a training from nothing, on a busy machine
WORK_S = WORK_MS / 1000
PHOTOS = 2_998
FIELDS = {"Epochs": "3", "Fine-tuning epochs": "2"}


def menu(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True)


def stop_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Stop and keep the best")


def tutorial(workspace: Workspace) -> PhotoSetRow | None:
    """The set of the tutorial's photos, once they are in."""
    rows = PhotoSets(workspace).list()
    return next((row for row in rows if row.source.endswith(".zip")), None)


def newest(workspace: Workspace) -> Run:
    return next(run for run in Runs(workspace).list() if not run.is_example)


def test_the_tutorial_from_its_zip_to_a_mended_label(
    shared: Path,
    imagenet: Path,
    with_example: None,
    visit: Callable[..., Visitor],
    server: Server,
    own_home: Path,
    stopwatch: Callable[[str], Stopwatch],
) -> None:
    workspace, watch = open_workspace(own_home), stopwatch("B")
    visitor = visit(viewport={"width": 1440, "height": 900})
    page = visitor.go("/")
    wait_for(lambda: PhotoSets(workspace).list() != (), "the drawn pets", WORK_S)
    bring(visitor, workspace, watch, shared / "photos" / "cats_and_dogs_filtered.zip")

    watch.start()
    watch.press(menu(page, "Explore"))
    watch.press(page.get_by_role("button", name="Prepare"))
    expect(page.get_by_role("heading", name="What it looks at")).to_be_visible(timeout=WORK_MS)
    visitor.settle()
    watch.lap("Explore is ready")

    first = train(visitor, workspace, watch)
    stop(visitor, workspace, watch)

    watch.start()
    watch.press(menu(page, "Runs"))
    watch.press(page.get_by_role("tab", name="Compare"))
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    watch.lap("two runs side by side")

    mended = mend(visitor, workspace, watch, first)
    assert (mended.state, mended.config) == ("done", first.config)
    assert mended.test is not None and mended.test["accuracy"] > 0.95
    assert examine(workspace)["healthy"]


def bring(visitor: Visitor, workspace: Workspace, watch: Stopwatch, path: Path) -> None:
    """The zip by its path, until its photos are looked at."""
    page = visitor.page
    watch.start()
    watch.press(menu(page, "Photos"))
    watch.press(page.get_by_role("button", name="New set"))
    watch.press(page.get_by_role("button", name="Import a set"))
    watch.press(page.locator(".st-key-photos_way").get_by_text("A path"))
    watch.write(page.get_by_role("textbox", name="Folder or zip on the computer"), str(path))
    like_this = page.get_by_role("button", name="Import like this")
    wait_for(lambda: tutorial(workspace) is not None or like_this.count() > 0, "the zip", WORK_S)
    if tutorial(workspace) is None:
        watch.press(like_this)
    wait_for(lambda: tutorial(workspace) is not None, "the photos", WORK_S)
    in_it = f"files received = {PHOTOS:,} in the set"
    expect(page.get_by_text(in_it)).to_be_visible()
    visitor.settle()
    watch.lap("the zip of 2,999 files by its path")
    row = tutorial(workspace)
    assert row is not None and row.accepted == PHOTOS


def train(visitor: Visitor, workspace: Workspace, watch: Stopwatch) -> Run:
    """Three epochs and two of fine-tuning, with nothing kept; a refresh in the middle."""
    page = visitor.page
    watch.press(menu(page, "Train"))
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    visitor.settle()
    words = words_at_first_look(page)
    for name, number in FIELDS.items():
        watch.write(page.get_by_role("textbox", name=name, exact=True), number)
        visitor.settle()
    watch.press(page.get_by_role("button", name="Start training"))
    clicks, pressed = watch.clicks, watch.start()
    points = re.compile("^[1-9]")
    chart = page.locator(".live")
    expect(chart).to_have_attribute("data-points", points, timeout=WORK_MS)
    watch.lap("3 + 2 epochs, first point of the curve", clicks=clicks, words=words)

    page.reload()
    expect(stop_button(page)).to_be_visible()
    expect(chart).to_have_attribute("data-points", points)
    watch.lap("refreshed in the middle, live again", clicks=1)
    for name, number in FIELDS.items():  # where the settings stood, too
        expect(page.get_by_role("textbox", name=name, exact=True)).to_have_value(number)

    expect(page.get_by_text("were predicted correctly (").first).to_be_visible(timeout=WORK_MS)
    watch.lap("3 + 2 epochs, finished", since=pressed, clicks=clicks)
    run = newest(workspace)
    assert (run.state, len(run.epochs)) == ("done", 5)
    return run


def stop(visitor: Visitor, workspace: Workspace, watch: Stopwatch) -> None:
    """A longer one is stopped while it is fine-tuned."""
    page = visitor.page
    page.get_by_role("textbox", name="Fine-tuning epochs", exact=True).fill("20")
    page.keyboard.press("Enter")
    visitor.settle()
    page.get_by_role("button", name="Start training").click()
    expect(stop_button(page)).to_be_visible(timeout=WORK_MS)
    wait_for(lambda: len(newest(workspace).epochs) >= 4, "an epoch of fine-tuning", WORK_S)
    watch.start()
    watch.press(stop_button(page))
    wait_for(lambda: newest(workspace).state == "stopped", "the end", WORK_S)
    expect(page.get_by_text("were predicted correctly (").first).to_be_visible(timeout=WORK_MS)
    watch.lap("stopped, the best epoch has its score")


def mend(visitor: Visitor, workspace: Workspace, watch: Stopwatch, run: Run) -> Run:
    """From a cell of the matrix to a run on the mended labels."""
    page = visitor.go(f"/evaluate?run={run.id}")
    watch.start()
    watch.press(page.locator(".matrix button.mistake:not(.zero)").first)
    expect(page.get_by_role("heading", name=re.compile("^Actual .*, predicted"))).to_be_visible()
    expect(page.locator(".viewer .stage")).to_be_in_viewport(ratio=1)
    visitor.settle()
    watch.lap("a cell of the matrix, its photos in sight")

    watch.press(page.locator(".viewer").get_by_role("button", name="Actually "))
    watch.press(page.get_by_role("button", name="Save and train again"))
    wait_for(lambda: newest(workspace).name.endswith("labels mended"), "the next run")
    wait_for(lambda: newest(workspace).state == "done", "the training", WORK_S)
    watch.lap("a label mended, trained again", clicks=watch.clicks + 1)  # and the cell
    return newest(workspace)
