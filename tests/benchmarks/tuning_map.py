"""How long the map of photos takes: plane, neighbourhoods, first painting, a frame, a photo.

    python -m tests.benchmarks.tuning_map [PHOTOS ...]

Prints one JSON object; for `tuning` of `bench_app`, too. Photos are small and what a network sees
in them is drawn by chance, in twelve flocks: no time hangs on either. Needs a Chromium, which
paints with the processor here.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser

from pipeline.tuning.neighbourhoods import neighbourhoods
from pipeline.tuning.photo_map import Places, on_plane
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from tests.benchmarks import browsing
from tests.benchmarks.serving import Site, open_browser, open_page, ready, settle, visitor

SIZES: Final = (3_000, 18_000)
_FEATURES: Final = 1_280
_FLOCKS: Final = 12
_FRAMES: Final = 60
_PHOTOS_SHOWN: Final = 7
_SPOT: Final = """(box, i) => {
    const edge = box.getBoundingClientRect(), [x, y] = box.where(i);
    return [edge.left + x, edge.top + y];
}"""


def tuning_map(folder: Path, photos: int) -> dict[str, float]:
    """Seconds and milliseconds for a map of that many photos."""
    home = folder / "home"
    row = browsing.set_of(open_workspace(home), folder / "photos", photos)
    pooled = flocks(photos)
    plane = _timed("plane", lambda: on_plane(pooled))[1]
    places, worked_out = _timed("neighbourhoods", lambda: neighbourhoods(pooled))
    _keep(home, row, pooled, places)
    with ready(home) as site, open_browser() as browser:
        return {**plane, **worked_out, **in_browser(site, browser, row.id)}


def _timed(name: str, work: Callable[[], Places]) -> tuple[Places, dict[str, float]]:
    """What it makes; seconds that passed, and seconds of the processor, however busy it is."""
    began, worked = time.perf_counter(), time.process_time()
    made = work()
    took = {"s": time.perf_counter() - began, "processor_s": time.process_time() - worked}
    return made, {f"{name}_{unit}": value for unit, value in took.items()}


def flocks(photos: int) -> NDArray[np.float32]:
    """`(photos, 1280)` features in flocks."""
    rng = np.random.default_rng(0)
    middles = rng.random((_FLOCKS, _FEATURES), np.float32)
    found = middles[rng.integers(0, _FLOCKS, photos)]
    return np.abs(found + 0.5 * rng.standard_normal(found.shape, np.float32))


def _keep(
    home: Path, row: PhotoSetRow, pooled: NDArray[np.float32], places: NDArray[np.float32]
) -> None:
    workspace = open_workspace(home)
    sha256 = hashes(PhotoSets(workspace).open(row.id))
    features = KnownFeatures(sha256, pooled, {}, "")
    nothing = np.zeros((len(sha256), 2), np.float32)
    studies = Studies(workspace)
    studies.keep(row.id, Study(sha256, row.classes[:2], nothing, nothing), features)
    studies.keep_map(row.id, features, np.hstack([places, places]))


def in_browser(site: Site, browser: Browser, photo_set_id: str) -> dict[str, float]:
    """What somebody waits for who opens the map: points, a frame, a photo that is pointed at.

    `sent_kb` is all that the server sends for the map, `hover_kb` all that it sends for a photo
    with its eight nearest.
    """
    page = visitor(browser)
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: sent.append(len(f))))
    open_page(page, f"{site.url}/photos?set={photo_set_id}")
    sent.clear()
    began = time.perf_counter()
    page.locator(".st-key-photos_tab").get_by_text("Map", exact=True).click()
    chart = page.locator(".map")
    chart.locator("xpath=self::*[@aria-label]").wait_for()
    drawn_s = time.perf_counter() - began
    settle(page)
    map_kb = sum(sent) / 1000
    frames = [chart.evaluate("box => box.frame()") for _ in range(_FRAMES)]
    waits, kilobytes = [], []
    total = PhotoSets(site.workspace).get(photo_set_id).accepted
    for index in np.linspace(0, total - 1, _PHOTOS_SHOWN).astype(int).tolist():
        page.mouse.move(5, 5)
        x, y = chart.evaluate(_SPOT, index)
        sent.clear()
        began = time.perf_counter()
        page.mouse.move(x, y)
        page.locator(".bubble img").wait_for()
        waits.append(time.perf_counter() - began)
        kilobytes.append(sum(sent) / 1000)
        settle(page)
    page.context.close()
    return {
        "drawn_s": drawn_s,
        "sent_kb": map_kb,
        "frame_ms": statistics.median(frames),
        "hover_ms": 1000 * statistics.median(waits),
        "hover_kb": statistics.median(kilobytes),
    }


if __name__ == "__main__":
    figures = {}
    for size in map(int, sys.argv[1:] or map(str, SIZES)):
        with tempfile.TemporaryDirectory() as home:
            found = tuning_map(Path(home), size)
            figures[size] = {name: round(value, 3) for name, value in found.items()}
    print(json.dumps(figures, indent=2))
