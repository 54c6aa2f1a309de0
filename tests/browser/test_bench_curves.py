"""The right side of the bench: a released control, ghosts, a try that is kept, ticks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, Visitor
from tests.browser.test_going_on import LONG
from tests.workspaces import wait_for

# The network that came along: its features are there within seconds, without a download.
SMALL = "weights=built-in&alpha=0.5&image_size_px=96&epochs=4&views=1"
WORK_MS = 240_000
NOW = ".live .legend li.now"
GHOST = ".live .legend li.ghost"


@pytest.fixture
def bench(trained: Server, visit, own_home: Path) -> Visitor:
    """A visitor before the bench, whose chart has the curve of the present settings."""
    visitor = visit(viewport={"width": 1280, "height": 800})
    photo_set = PhotoSets(open_workspace(own_home)).list()[0].id
    visitor.go(f"/train?set={photo_set}&fine_tune_epochs=0&{SMALL}")
    expect(visitor.page.locator(NOW)).to_be_visible(timeout=WORK_MS)
    visitor.settle()
    return visitor


def release(visitor: Visitor, key: str = "ArrowRight") -> None:
    """Move the learning rate by a step; wait until another curve is drawn."""
    chart = visitor.page.locator(".live")
    before = chart.get_attribute("data-drawn")
    visitor.page.locator(".st-key-train_learning_rate").get_by_role("slider").press(key)
    expect(chart).not_to_have_attribute("data-drawn", before or "")
    visitor.settle()


def row_of(page: Page, run: Run) -> Locator:
    return page.locator(f".st-key-train_runs tr[data-run='{run.id}']")


def own_runs(workspace: Workspace) -> list[Run]:
    return [run for run in Runs(workspace).list() if not run.is_example]


def points(page: Page, line: str) -> str:
    """Where the first chart has the curve of a kind of line."""
    return (
        page.locator(f".live polyline.curve.{line}.validation").first.get_attribute("points") or ""
    )


def test_a_released_control_redraws_without_a_job_and_a_kept_try_has_its_numbers(
    bench: Visitor, own_home: Path
) -> None:
    page, workspace = bench.page, open_workspace(own_home)
    first = points(page, "now")
    release(bench)
    assert points(page, "now") != first
    assert len(points(page, "ghost").split()) == len(first.split()) - 1, (
        "without the untrained head"
    )
    expect(page.locator(GHOST)).to_contain_text("lr 1e-4")
    assert len(own_runs(workspace)) == 1
    assert not [job for job in Jobs(workspace).active() if job.kind == "train"]

    page.locator(".live summary").click()
    table = page.locator(".live .table table")
    expect(table).to_be_visible()  # it is filled after the click
    heads, *rows = table.evaluate(
        "table => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    place = heads.index("Now, accuracy")
    page.locator(NOW).get_by_role("button", name="Keep").click()
    wait_for(lambda: len(own_runs(workspace)) == 2, "the run")
    kept = own_runs(workspace)[0]
    wait_for(lambda: Runs(workspace).get(kept.id).state == "done", "the training", 240)
    kept = Runs(workspace).get(kept.id)
    drawn = [(row[place], row[place + 1]) for row in rows[1:]]
    assert drawn == [
        (f"{100 * round(epoch.val_accuracy, 4):.1f} %", f"{round(epoch.val_loss, 4):.3f}")
        for epoch in kept.epochs
    ]


def test_two_ticks_draw_curves_and_give_verdicts(bench: Visitor, own_home: Path) -> None:
    page, workspace = bench.page, open_workspace(own_home)
    page.locator(NOW).get_by_role("button", name="Keep").click()
    wait_for(lambda: len(own_runs(workspace)) == 2, "the run")  # the other one is done already
    wait_for(lambda: own_runs(workspace)[0].state == "done", "the training", 240)
    bench.go(f"/train?set={own_runs(workspace)[0].photo_set_id}")
    for run in own_runs(workspace):  # one right after the other: neither is lost
        row_of(page, run).get_by_role("checkbox").check()
    for run in own_runs(workspace):
        expect(page.locator(f".live .legend li[data-line='{run.id}']")).to_be_visible()
    verdicts = page.locator(".st-key-compare_verdicts table")
    expect(verdicts.locator("tbody tr")).to_have_count(2)
    expect(verdicts).to_contain_text("the others are held against it")
    bench.settle()
    row_of(page, own_runs(workspace)[0]).get_by_role("checkbox").uncheck()
    expect(verdicts).to_have_count(0)
    row_of(page, own_runs(workspace)[1]).get_by_role("button", name="First colours").click()
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    assert own_runs(workspace)[1].id in page.url


def test_a_refresh_in_the_middle_of_a_training_shows_it_again(
    trained: Server, visit, own_home: Path
) -> None:
    workspace = open_workspace(own_home)
    visitor, photo_set = visit(), PhotoSets(workspace).list()[0].id
    page = visitor.go(f"/train?set={photo_set}&{LONG}&views=1")
    page.get_by_role("button", name="Start training").click()
    wait_for(lambda: len(own_runs(workspace)) == 2, "the run")
    line = page.locator(f".live .legend li[data-line='{own_runs(workspace)[0].id}']")
    expect(line).to_be_visible(timeout=WORK_MS)
    wait_for(lambda: own_runs(workspace)[0].epochs != (), "an epoch", 120)
    page.reload()
    expect(line).to_be_visible()
    expect(row_of(page, own_runs(workspace)[0])).to_contain_text("running")
    page.get_by_role("button", name="Stop and keep the best").click()
    wait_for(lambda: own_runs(workspace)[0].state == "stopped", "the end", 120)
    expect(line).to_be_visible()
    assert own_runs(workspace)[0].epochs
