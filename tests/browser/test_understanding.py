"""A person understands a run: clicks a cell, mends a label, trains again, reads the verdict.

And takes it away: makes the file, unpacks it, runs `predict.py`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import Relabel
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.versions import Versions
from tests.browser.conftest import Server, Visitor
from tests.workspaces import add_photo_set, class_folders, finished, wait_for

CONFIG = replace(PRESETS[QUICK].config, weights=BUILT_IN, alpha=BUILT_IN_ALPHA, image_size_px=96)
WORK_MS = 120_000  # a worker's start and its work, on a busy machine


@pytest.fixture
def mislabelled(own_home: Path, tmp_path: Path) -> Run:
    """A run on blue and red photos, of which one blue test photo is called red by its label."""
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "colours", photos=60))
    photo_set = PhotoSets(workspace).open(row.id)
    blue = photo_set.classes.index("blue")
    planted = next(
        index
        for index in photo_set.indices("test").tolist()
        if photo_set.photos[index].class_index == blue
    )
    made = Versions(workspace).edit(row.id, Relabel(((planted, "red"),)))
    job = Jobs(workspace).submit_train(made.id, CONFIG, "First look")
    assert finished(workspace, job.id, 240).state == "done"
    return run_called(workspace, "First look")


def run_called(workspace: Workspace, name: str) -> Run:
    return next(run for run in Runs(workspace).list() if run.name == name)


def click_cell(page: Page, row: int, column: int) -> None:
    """Click a cell of the confusion matrix: row = is, column = was called.

    Only cells with photos have a square; here each row and each column has one.
    """
    chart = page.locator("[class*=st-key-evaluate_matrix]")
    squares = chart.locator(".scatterlayer path.point")
    squares.last.scroll_into_view_if_needed()
    boxes = [box for square in squares.all() if (box := square.bounding_box())]
    across = sorted({round(box["x"] + box["width"] / 2) for box in boxes})
    down = sorted({round(box["y"] + box["height"] / 2) for box in boxes})
    page.mouse.click(across[column], down[row])


def choose(box: Locator, option: str) -> bool:
    """Choose in a select box; a rerun or a scroll that comes late closes it, then try again."""
    box.click()
    try:
        box.page.get_by_role("option", name=option).first.click(timeout=2000)
    except TimeoutError:
        return False
    return True


def mend(visitor: Visitor, run: Run) -> None:
    """From the cell to the photo, where the network looked, and its right label."""
    page = visitor.go(f"/evaluate?run={run.id}")
    expect(page.get_by_text("Click a cell to see its photos.")).to_be_visible()
    click_cell(page, row=run.classes.index("red"), column=run.classes.index("blue"))
    expect(page.get_by_role("heading", name="Labelled red, called blue")).to_be_visible()
    expect(page.get_by_text("1 photo in all.")).to_be_visible()
    visitor.settle()
    page.get_by_text("Show where it looked").click()
    expect(page.get_by_role("img", name=re.compile("called blue .*looked at"))).to_be_visible()
    visitor.settle()
    first = page.get_by_role("combobox", name="What do you say?").first
    wait_for(lambda: choose(first, "Wrong: it is blue"), "the label's choice")
    expect(page.get_by_text("1 judged, 1 change")).to_be_visible()


def test_from_a_cell_to_a_better_run(
    mislabelled: Run, visit, server: Server, own_home: Path
) -> None:
    workspace = open_workspace(own_home)
    visitor = visit()
    mend(visitor, mislabelled)
    page = visitor.page
    page.get_by_role("button", name="… and train again with the same settings").click()
    wait_for(
        lambda: len([run for run in Runs(workspace).list() if not run.is_example]) > 1,
        "the next run",
    )
    again = "First look, labels mended"
    wait_for(lambda: run_called(workspace, again).state == "done", "the training", 240)
    mended = run_called(workspace, again)
    assert mislabelled.test is not None and mended.test is not None
    assert mended.test["accuracy"] > mislabelled.test["accuracy"]
    assert mended.config == mislabelled.config

    page = visitor.go(f"/runs?run={mislabelled.id}")
    page.get_by_role("button", name="Pin as baseline").click()
    page.get_by_role("tab", name="Compare").click()
    said = page.get_by_test_id("stMain")
    same = "Same photos, 1 label changed in between. Part of the difference comes from the "
    same += "labels; the comparison leaves that one out."
    expect(said.get_by_text(same)).to_be_visible()
    expect(said.get_by_text("no difference on 119 photos")).to_be_visible()
    expect(said.get_by_text("Left out: 1 whose label changed in between")).to_be_visible()
    expect(said.get_by_text("Highlighted: differs from the baseline First look")).to_be_visible()
    assert examine(workspace)["healthy"]


def test_a_run_is_taken_away_and_answers_elsewhere(
    trained: Server, visit, own_home: Path, tmp_path: Path
) -> None:
    run = run_called(open_workspace(own_home), "First colours")
    page = visit().go(f"/runs?run={run.id}")
    page.get_by_role("tab", name="Export").click()
    page.locator(".st-key-take_bundle").get_by_role("button").click()
    ready = page.locator(".st-key-take_download_bundle").get_by_role("button")
    expect(ready).to_be_visible(timeout=WORK_MS)
    expect(
        page.get_by_text(re.compile("compared with PawTune's own answers on 60 photos"))
    ).to_be_visible()
    with page.expect_download() as download:
        ready.click()
    taken = tmp_path / "taken"
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(taken)
    for expected in json.loads((taken / "expected.json").read_text()):
        program = [sys.executable, "-s", "predict.py", expected["path"]]
        done = subprocess.run(program, cwd=taken, capture_output=True, check=True)
        found = json.loads(done.stdout)
        assert found["class"] == expected["class"]
        assert found["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-4)
