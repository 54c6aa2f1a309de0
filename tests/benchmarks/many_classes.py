"""Pages of a set of many classes: seconds until each is drawn, and how much it draws."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import psutil
from playwright.sync_api import Browser, Page

from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.workspace.home import open_workspace
from tests.benchmarks.serving import PATIENCE_MS, Site, open_page, settle, visitor
from tests.inputs.many_classes import numbered, set_of
from tests.workspaces import finished, jpeg

# Pages and tabs of the Photos page, and what stands near their ends.
PAGES: Final = {
    "photos": "Squares show the middle",
    "augment": "How much is right?",
    "train": "Start training",
    "runs": "Nothing is lost by it",
    "evaluate": "What you say here is kept",
    "classify": "It knows",
}
TABS: Final = {
    "Classes": "Take one out",
    "Check-up": "Wrong labels?",
    "Keep and share": "Rename or delete",
    "Look": "Squares show the middle",
}
# Every chart has its picture.
_CHARTS: Final = """() => document.querySelectorAll("[data-testid='stPlotlyChart']").length
    === document.querySelectorAll('.js-plotly-plot .main-svg:first-child').length"""
_ELEMENTS: Final = "() => document.querySelectorAll('*').length"


def train(home: Path, folder: Path, classes: int) -> None:
    """A set of so many classes, ten photos each, and a quick training with the built-in network."""
    workspace = open_workspace(home)
    row = set_of(workspace, folder, numbered(classes))
    config = replace(
        PRESETS[QUICK].config, weights=BUILT_IN, alpha=BUILT_IN_ALPHA, image_size_px=96
    )
    job = Jobs(workspace).submit_train(row.id, config, f"Quick, {classes} classes")
    done = finished(workspace, job.id, PATIENCE_MS / 1000)
    assert done.error is None, done.error


def measured(site: Site, browser: Browser, times: int = 3) -> dict[str, Any]:
    """Seconds until each page and tab is drawn, processor time that it takes, and its elements."""
    page = visitor(browser)
    drawn: dict[str, Any] = {}
    for name in PAGES:
        _opened(site, page, name)  # what is computed at the first look is kept
        drawn[name] = _taken(site, page, partial(_opened, site, page, name), times)
    _opened(site, page, "photos")
    for tab, last in TABS.items():
        drawn[f"photos, {tab}"] = _taken(site, page, partial(_tab, page, tab, last))
    _opened(site, page, "classify")
    drawn["classify, 12 photos"] = _taken(site, page, partial(_classified, page))
    page.context.close()
    return drawn


def _opened(site: Site, page: Page, name: str) -> None:
    open_page(page, f"{site.url}/{name}")
    page.get_by_text(PAGES[name]).first.wait_for()
    page.wait_for_function(_CHARTS)


def _tab(page: Page, tab: str, last: str) -> None:
    page.locator(".st-key-photos_tab").get_by_text(tab, exact=True).click()
    page.get_by_text(last).first.wait_for()
    settle(page)
    page.wait_for_function(_CHARTS)


def _classified(page: Page) -> None:
    files = [
        {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": jpeg((90, 120, 60), seed)}
        for seed in range(12)
    ]
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
    page.get_by_text("12 answers in").wait_for()
    settle(page)


def _taken(site: Site, page: Page, work: Callable[[], None], times: int = 1) -> dict[str, float]:
    """Medians of some turns; processor time says more than seconds where others are at work."""
    seconds, worked = [], []
    for _ in range(times):
        began, before = time.perf_counter(), _worked_s(site)
        work()
        seconds.append(time.perf_counter() - began)
        worked.append(_worked_s(site) - before)
    return {
        "seconds": statistics.median(seconds),
        "cpu_s": statistics.median(worked),
        "elements": page.evaluate(_ELEMENTS),
    }


def _worked_s(site: Site) -> float:
    """Processor time of the server and of the browser so far."""
    mine = psutil.Process().children(recursive=True)
    processes = [one for one in mine if one.pid == site.process.pid or "chrom" in one.name()]
    times = [one.cpu_times() for one in processes if one.is_running()]
    return float(sum(one.user + one.system for one in times))
