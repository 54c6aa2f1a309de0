"""Pages of a set of many classes: seconds until each is drawn, and how much it draws."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.workspace.home import open_workspace
from tests.benchmarks.serving import PATIENCE_MS, Site, open_page, settle, visitor
from tests.inputs.many_classes import numbered, set_of
from tests.workspaces import finished, jpeg

PAGES: Final = ("photos", "explore", "augment", "train", "runs", "evaluate", "classify")
# Tabs of the Photos page, and what stands at their ends.
TABS: Final = {
    "Classes": "Take one out",
    "Check-up": "Wrong labels?",
    "Keep and share": "Name and end",
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
    """Seconds until each page and tab is drawn, and its elements."""
    page = visitor(browser)
    drawn: dict[str, Any] = {}
    for name in PAGES:
        address = f"{site.url}/{name}"
        seconds = [_opened_s(page, address) for _ in range(times + 1)]
        drawn[name] = _told(page, seconds[0], seconds[1:])
    _opened_s(page, f"{site.url}/photos")
    for tab, last in TABS.items():
        began = time.perf_counter()
        page.locator(".st-key-photos_tab").get_by_text(tab, exact=True).click()
        page.get_by_text(last).first.wait_for()
        _settled(page)
        drawn[f"photos, {tab}"] = _told(page, time.perf_counter() - began, [])
    _opened_s(page, f"{site.url}/classify")
    began = time.perf_counter()
    files = [
        {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": jpeg((90, 120, 60), seed)}
        for seed in range(12)
    ]
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
    page.get_by_text("12 answers in").wait_for()
    _settled(page)
    drawn["classify, 12 photos"] = _told(page, time.perf_counter() - began, [])
    page.context.close()
    return drawn


def _opened_s(page: Page, address: str) -> float:
    began = time.perf_counter()
    open_page(page, address)
    page.wait_for_function(_CHARTS)
    return time.perf_counter() - began


def _settled(page: Page) -> None:
    settle(page)
    page.wait_for_function(_CHARTS)


def _told(page: Page, first: float, again: list[float]) -> dict[str, float]:
    told = {"first_s": first, "elements": page.evaluate(_ELEMENTS)}
    return told | ({"again_s": statistics.median(again)} if again else {})
