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
from playwright.sync_api import expect

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


def mend(visitor: Visitor, run: Run) -> None:
    """From the cell to the photo, where the network looked, and its right label, all in sight."""
    page = visitor.go(f"/evaluate?run={run.id}")
    page.set_viewport_size({"width": 1280, "height": 800})
    matrix, viewer = page.locator(".matrix"), page.locator(".viewer")
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    # By keyboard: from cell to cell, and the photos of one.
    first = run.classes[0]
    matrix.get_by_role("button", name=f"Actual {first}, predicted {first}").focus()
    to = [run.classes.index("red"), run.classes.index("blue")]
    page.keyboard.press("ArrowDown" if to[0] else "ArrowRight")
    cell = matrix.get_by_role("button", name="Actual red, predicted blue: 1")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", name="Actual red, predicted blue")).to_be_visible()
    expect(viewer).to_contain_text("Predicted blue")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for one in (matrix, viewer.locator(".stage"), viewer.locator(".thumbs")):
            expect(one).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1024, "height": 768})  # beside the menu there is less room
    expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()
    for one in (matrix, viewer.locator(".stage"), viewer.locator(".thumbs")):
        expect(one).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 800})
    visitor.settle()
    page.get_by_text("Show where it looked").click()
    expect(viewer.get_by_role("img", name=re.compile("what speaks for blue"))).to_be_visible()
    visitor.settle()
    viewer.locator(".thumbs button").first.focus()
    page.keyboard.press("w")
    expect(viewer.get_by_role("button", name="Actually blue")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_text("1 judged, 1 change")).to_be_visible()
    page.get_by_role("tab", name="ROC and thresholds").click()
    wall = page.locator(".wall")
    count = wall.locator("li").count()
    wall.get_by_role("slider").press("End")
    expect(wall.locator("ul").last.locator("li")).not_to_have_count(count)
    expect(page.get_by_test_id("stMetric").filter(has_text="Accuracy")).to_be_visible()
    page.get_by_role("tab", name="Matrix and photos").click()
    expect(page.get_by_text("1 judged, 1 change")).to_be_visible()


def test_from_a_cell_to_a_better_run(
    mislabelled: Run, visit, server: Server, own_home: Path
) -> None:
    workspace = open_workspace(own_home)
    visitor = visit()
    mend(visitor, mislabelled)
    page = visitor.page
    page.get_by_role("button", name="Save and train again").click()
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
    said.get_by_text("In words, with the photos behind them").click()
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
