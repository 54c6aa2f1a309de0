"""A final test: sealed, trained beside, seen nowhere, opened once, and then told."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server
from tests.browser.test_own_photos import open_tab
from tests.browser.test_small_sets import TRAINING_MS, train_quickly

TOLD = re.compile(
    r"(of|the|correct on) 6 test photos"
)  # how a score on them is told, wherever it is


def text(page: Page) -> str:
    """All words of a page, those of closed tabs, too."""
    return page.get_by_test_id("stApp").text_content() or ""


def test_a_final_test_is_seen_nowhere_until_it_is_opened_once(
    trained: Server, visit, own_home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(own_home)
    earlier = Runs(workspace).list()[0]
    photo_set = PhotoSets(workspace).open(earlier.photo_set_id)
    tests = {photo_set.photos[index].name for index in photo_set.indices("test")}
    assert len(tests) == 6
    visitor = visit()

    page = visitor.go(f"/photos?set={earlier.photo_set_id}")
    open_tab(page, "Classes")
    page.get_by_role("button", name="Seal the test photos").click()
    page.get_by_role("dialog").get_by_role("button", name="Seal them").click()
    expect(page.get_by_text("Sealed; 0 runs were trained since.")).to_be_visible()
    expect(page.get_by_text("Before that, 1 run was judged")).to_be_visible()

    page = train_quickly(visitor, earlier.photo_set_id)
    judged = page.get_by_text(
        "of all 54 photos outside the sealed test were predicted correctly"
    ).first
    expect(judged).to_be_visible(timeout=TRAINING_MS)
    run = Runs(workspace).list()[0]
    of_runs = [f"{page}?run={one.id}" for one in (earlier, run) for page in ("evaluate", "runs")]
    for path in ("", f"classify?run={run.id}", *of_runs):
        page = visitor.go(f"/{path}")
        assert not TOLD.search(text(page)), path
    page.get_by_role("tab", name="Compare").click()
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    assert not TOLD.search(text(page))
    page.get_by_role("tab", name="One run").click()

    page.get_by_role("tab", name="Export").click()
    expect(page.get_by_role("button", name="Answers about the test photos")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Answers about all 54 photos outside").click()
    answers = download.value.path().read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(answers.splitlines()))
    assert len(lines) == 54
    assert tests.isdisjoint(line["name"] for line in lines)

    # The earlier run's score was seen before, so the test is not for that one.
    page = visitor.go(f"/runs?run={earlier.id}")
    expect(page.get_by_text("Its score was seen before the test was sealed")).to_be_visible()
    page = visitor.go(f"/runs?run={run.id}")
    page.get_by_role("button", name="Open the final test for this run").click()
    page.get_by_role("dialog").get_by_role("button", name="Open it for this run").click()
    expect(page.get_by_text("This is the final test, opened once")).to_be_visible()
    expect(page.get_by_text("the 6 test photos alone, which the final network")).to_be_visible()
    assert TOLD.search(text(page)), "which is how it would have been seen"
    assert Runs(workspace).get(run.id).test is not None
    expect(page.get_by_role("button", name="Open the final test")).to_have_count(0)
    page = visitor.go(f"/runs?run={earlier.id}")
    expect(page.get_by_text("for one run and is used up")).to_be_visible()
    assert not TOLD.search(text(page))
    assert examine(workspace)["healthy"]
