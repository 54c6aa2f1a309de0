"""What a tuner waits for before the browser: a released control, five loops, Runs, Evaluate.

    python -m tests.benchmarks.tuning_page [--home FOLDER] [PART ...]

Parts: release, loops, runs, evaluate. Asserts nothing; all but `release` work on earlier versions,
too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs
from tests.benchmarks import browsing, parts
from tests.benchmarks.serving import (
    PATIENCE_MS,
    Site,
    open_browser,
    open_page,
    ready,
    settle,
    visitor,
)
from tests.workspaces import finished

RELEASES: Final = 20
LOOPS: Final = 5
RUNS: Final = 8
# What the chart says it has drawn.
_MARK = f"() => (({browsing.CHART})() || {{}}).drawn || null"


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Half of them and nineteen of twenty are no longer, in milliseconds."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return {"p50_ms": 1000 * statistics.median(ordered), "p95_ms": 1000 * p95}


def release(site: Site, browser: Browser, row: PhotoSetRow) -> dict[str, Any]:
    """From the release of the learning rate to its curve, with four views of 2,000 photos."""
    page = visitor(browser)
    open_page(page, f"{site.url}/train?set={row.id}")
    page.wait_for_function(f"({_MARK})() !== null", timeout=PATIENCE_MS)  # what it needs is there
    site.quiet()
    slider = page.locator(".st-key-train_learning_rate").get_by_role("slider")
    seconds = []
    for turn in range(RELEASES + 2):
        settle(page)
        before = page.evaluate(_MARK)
        began = time.perf_counter()
        slider.press("ArrowRight" if turn % 8 < 4 else "ArrowLeft")
        page.wait_for_function(f"before => ({_MARK})() !== before", arg=before, polling="raf")
        seconds.append(time.perf_counter() - began)
    page.context.close()
    return percentiles(seconds[2:])


def loops(site: Site, browser: Browser, row: PhotoSetRow) -> dict[str, float]:
    """Five other learning rates, each looked at: seconds and clicks until all are known.

    Where the bench draws a curve at once, a loop is one release; else it is Start, the wait for
    the end, and the way back to the top.
    """
    page = visitor(browser)
    open_page(page, f"{site.url}/train?set={row.id}")
    site.quiet()
    at_once = page.locator(".st-key-train_curves").count() > 0
    clicks, began = 0, time.perf_counter()
    for _ in range(LOOPS):
        slider = page.locator(".st-key-train_learning_rate").get_by_role("slider")
        before = page.evaluate(_MARK)
        slider.press("ArrowRight")
        clicks += 1
        if at_once:
            page.wait_for_function(f"before => ({_MARK})() !== before", arg=before, polling="raf")
            settle(page)
            continue
        settle(page)
        page.get_by_role("button", name="Start training").click()
        clicks += 1
        page.get_by_text("All about this run").wait_for(timeout=PATIENCE_MS)
        settle(page)
    seconds = time.perf_counter() - began
    page.context.close()
    return {"seconds": seconds, "clicks": clicks}


def runs(site: Site, browser: Browser, row: PhotoSetRow) -> dict[str, float]:
    """Milliseconds until Runs is drawn: by its address, and from the menu."""
    return _page(site, browser, row, "Runs")


def evaluate(site: Site, browser: Browser, row: PhotoSetRow) -> dict[str, float]:
    """The same for Evaluate, and until it is drawn for another run; its script takes 25 ms."""
    found = _page(site, browser, row, "Evaluate")
    page = visitor(browser)
    open_page(page, f"{site.url}/evaluate")
    another = [_another_run(page) for _ in range(8)][1:]
    page.context.close()
    return {**found, "another_run_ms": 1000 * statistics.median(another)}


def _page(site: Site, browser: Browser, row: PhotoSetRow, name: str) -> dict[str, float]:
    if len(Runs(site.workspace).list()) < RUNS:
        train(site, row)
    page, address = visitor(browser), f"{site.url}/{name.lower()}"
    open_page(page, address)
    by_address = [open_page(page, address) for _ in range(7)]
    from_menu = [_from_menu(page, name) for _ in range(8)][1:]
    page.context.close()
    return {
        "by_address_ms": 1000 * statistics.median(by_address),
        "from_menu_ms": 1000 * statistics.median(from_menu),
    }


def train(site: Site, row: PhotoSetRow) -> None:
    """Some runs of the head alone."""
    jobs = Jobs(site.workspace)
    for number in range(RUNS):
        config = TrainConfig(epochs=3, fine_tune_epochs=0, learning_rate=1e-4 * (number + 1))
        finished(site.workspace, jobs.submit_train(row.id, config).id, PATIENCE_MS / 1000)


def _from_menu(page: Page, name: str) -> float:
    page.get_by_test_id("stSidebar").get_by_role("link", name="Augment").click()
    page.get_by_role("heading", name="Augment").wait_for()
    settle(page)
    began = time.perf_counter()
    page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    settle(page)
    return time.perf_counter() - began


def _another_run(page: Page) -> float:
    settle(page)
    page.get_by_role("combobox", name="Run", exact=True).click()
    before, other = page.url, page.get_by_role("option", selected=False).first
    began = time.perf_counter()
    other.click()
    page.wait_for_url(lambda url: url != before)  # by the page's script, not by the browser
    settle(page)
    return time.perf_counter() - began


PARTS: Final[dict[str, Callable[[Site, Browser, PhotoSetRow], Any]]] = {
    "release": release,
    "loops": loops,
    "runs": runs,
    "evaluate": evaluate,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a workspace with photos; else a fresh one")
    chosen, options = parts.chosen_with(PARTS, parser)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "home"
        known = PhotoSets(open_workspace(home)).list()
        row = known[0] if known else browsing.cats_and_dogs(home)
        with ready(home) as site, open_browser() as browser:
            for part in chosen:
                figures[part] = PARTS[part](site, browser, row)
    print(json.dumps({**figures, "load": os.getloadavg()[0]}, indent=2))


if __name__ == "__main__":
    main()
