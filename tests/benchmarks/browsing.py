"""What somebody before a browser waits for: first point of a curve, preview, pages, an epoch."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser

from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs
from tests.benchmarks.serving import PATIENCE_MS, Site, open_page, settle, visitor
from tests.conftest import SHARED
from tests.workspaces import add_photo_set, add_run, class_folders, finished

TUTORIAL_ZIP = SHARED / "photos" / "cats_and_dogs_filtered.zip"
LARGE, SMALL = 18_000, 100  # photos
PAGES = ("photos", "augment", "train", "runs")
WATCHERS = (1, 10)

# The chart of Train, which lies behind the border of its component; null before it is drawn.
CHART = """() => {
    const inside = (node) => {
        if (node.dataset && node.dataset.drawn) return node.dataset
        const below = [...(node.shadowRoot ? [node.shadowRoot] : []), ...node.children]
        return below.reduce((found, one) => found || inside(one), null)
    }
    const chart = document.querySelector('.st-key-train_curves')
    return chart && inside(chart)
}"""
_POINTS = f"() => Number((({CHART})() || {{}}).points || 0)"  # of the curve that a training draws
_RECORD = f"""() => {{
    const points = {_POINTS};
    window.seen = {{}};
    setInterval(() => {{
        const count = points();
        if (count && !(count in window.seen)) window.seen[count] = Date.now() / 1000;
    }}, 50);
}}"""
_VIEWS = "() => [...document.querySelectorAll(\"img[alt^='View ']\")]"
_CHANGED = f"""before => {{
    const views = ({_VIEWS})();
    return views.length === before.length
        && views.every((view, at) => view.src !== before[at] && view.complete);
}}"""


def cats_and_dogs(home: Path) -> PhotoSetRow:
    """The tutorial's photos where they lie beside the project, else the drawn pets."""
    workspace = open_workspace(home)
    source = str(TUTORIAL_ZIP) if TUTORIAL_ZIP.is_file() else "drawn:pets"
    job = finished(workspace, Jobs(workspace).submit_import(source).id, PATIENCE_MS / 1000)
    return PhotoSets(workspace).get(job.result["photo_set"])


# === From Start to the first point ===


def first_points_s(site: Site, browser: Browser) -> dict[str, float]:
    """Seconds from pressing Start, tutorial preset, to the first point of the curve.

    Cold, with nothing kept; then warm, the same once more.
    """
    page = visitor(browser)
    seconds = {}
    for state in ("cold", "warm"):
        open_page(page, f"{site.url}/train")
        site.quiet()  # timing the machine for the estimate
        open_page(page, f"{site.url}/train")
        start = page.get_by_role("button", name="Start training")
        began = time.perf_counter()
        start.click()
        page.wait_for_function(f"({_POINTS})() >= 1", polling=20)
        seconds[state] = time.perf_counter() - began
        site.stop_jobs()
    page.context.close()
    return seconds


# === The preview of augmentation ===


def preview_ms(site: Site, browser: Browser, times: int = 15) -> float:
    """Median milliseconds from a slider's step to nine new pictures."""
    page = visitor(browser)
    open_page(page, f"{site.url}/augment")
    slider = page.locator(".st-key-augment_rotation").get_by_role("slider")
    seconds = []
    for turn in range(times + 1):
        settle(page)
        before = page.evaluate(f"() => ({_VIEWS})().map(view => view.src)")
        began = time.perf_counter()
        slider.press("ArrowRight" if turn % 2 else "ArrowLeft")
        page.wait_for_function(_CHANGED, arg=before, polling="raf")
        seconds.append(time.perf_counter() - began)
    page.context.close()
    return 1000 * statistics.median(seconds[1:])


# === Pages and the size of the set ===


def set_of(workspace: Workspace, folder: Path, photos: int) -> PhotoSetRow:
    """A set of that many small photos and a run on it, through the real import."""
    row = add_photo_set(workspace, class_folders(folder, photos // 2), f"{photos} photos")
    add_run(workspace, row.id, f"Run on {photos} photos")
    return row


def pages_s(site: Site, browser: Browser, times: int = 5) -> dict[str, dict[str, float]]:
    """Seconds until each page is drawn: at the first look at a set, and median afterwards."""
    drawn: dict[str, dict[str, float]] = {}
    page = visitor(browser)
    for name in PAGES:
        first = open_page(page, f"{site.url}/{name}")
        site.quiet()
        again = [open_page(page, f"{site.url}/{name}") for _ in range(times)]
        drawn[name] = {"first": first, "again": statistics.median(again)}
    page.context.close()
    return drawn


# === Many who watch ===


class Load:
    """What a process takes from the machine."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._cpu_s = self._worked_s()
        self.since = time.time()

    def _worked_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def taken(self) -> dict[str, float]:
        """Processor cores since the start, and memory now."""
        cores = (self._worked_s() - self._cpu_s) / (time.time() - self.since)
        return {"cores": cores, "memory_mib": self._process.memory_info().rss / 2**20}


def watchers(site: Site, browser: Browser, photo_set_id: str, browsers: int) -> dict[str, Any]:
    """Browsers watch one training: how late they see an epoch, and what that costs.

    They run on the same machine as server and training, and take most of it; `server` is what a
    machine that only serves would notice.

    The network starts from nothing and is fine-tuned alone, in epochs of some seconds; speed
    does not depend on the numbers.
    """
    config = TrainConfig(weights="none", epochs=1, fine_tune_epochs=8, views=1)
    job = Jobs(site.workspace).submit_train(photo_set_id, config, "Watched")
    assert job.run_id is not None
    with _writing(site.workspace, job.run_id) as written:
        pages = [visitor(browser) for _ in range(browsers)]
        for page in pages:
            page.goto(f"{site.url}/train?run={job.run_id}")
            page.wait_for_selector(".st-key-train_curves")
            page.evaluate(_RECORD)
        load = Load(site.process.pid)
        finished(site.workspace, job.id, PATIENCE_MS / 1000)
        taken = load.taken()
    for page in pages:
        page.wait_for_function(f"window.seen[{max(written)}]", polling=50)
    seen = [{int(n): at for n, at in page.evaluate("window.seen").items()} for page in pages]
    for page in pages:
        page.context.close()
    known = [n for n in written if written[n] > load.since]  # after everybody had arrived
    late = [one[n] - written[n] for one in seen for n in known if n in one]
    return {
        "epochs": len(known),
        "late_median_s": statistics.median(late),
        "late_most_s": max(late),
        "server": taken,
    }


@contextmanager
def _writing(workspace: Workspace, run_id: str) -> Iterator[dict[int, float]]:
    """When each epoch came into the database, in seconds since 1970, noted in a thread."""
    written: dict[int, float] = {}
    over = threading.Event()

    def note() -> None:
        while not over.wait(0.05):
            for epoch in Runs(workspace).get(run_id).epochs:
                written.setdefault(epoch.epoch, time.time())

    with ThreadPoolExecutor(1) as thread:
        noting = thread.submit(note)
        try:
            yield written
        finally:
            over.set()
            noting.result()
