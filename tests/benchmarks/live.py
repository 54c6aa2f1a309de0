"""How quick the live camera is, on this machine: prints one JSON object, asserts nothing.

    python -m tests.benchmarks.live [HOME [--model NAME]] [--viewers 1 10] [--seconds 20]

Each viewer is a Chromium tab whose pretended camera plays drawn pets, on the Classify page of one
server. The network is the one that a workspace's page offers, or the one that is called so, or the
example (width 0.35 at 160 px). Told are the answers that each gets a second, seconds from the
switch to the first answer (the second time with everything kept by the browser), memory of the
first tab's process and of the server, and how much of a core the server takes meanwhile. LiteRT.js
comes from the npm registry.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Page

from pipeline.browser import engine
from pipeline.photos.sources.drawn import paint
from tests.benchmarks.serving import Site, open_browser, open_page, ready, settle, visitor
from tests.litert_js import from_npm
from tests.live_clip import write_clip

FIRST = ".live .name:not(:empty)"  # a locator sees into the component; `document` does not


def measure(
    browser: Browser, site: Site, viewers: int, seconds: float, model: str
) -> dict[str, Any]:
    """Some viewers at a time, of a model by its name, or of the one that is offered."""
    pages = [visitor(browser) for _ in range(viewers)]
    for page in pages:
        page.context.grant_permissions(["camera"])
    found: dict[str, Any] = {"first_answer_s": round(_first_answer_s(pages[0], site, model), 2)}
    found["first_answer_again_s"] = round(_first_answer_s(pages[0], site, model), 2)
    for page in pages[1:]:
        _first_answer_s(page, site, model)
    server = psutil.Process(site.process.pid)
    before, began = _cpu_s(server), time.perf_counter()
    time.sleep(seconds)  # this is the measurement
    share = (_cpu_s(server) - before) / (time.perf_counter() - began)
    rates = [float(page.locator(".live .note").get_attribute("data-rate") or 0) for page in pages]
    found |= {
        "answers_a_second": rates,
        "server_share_of_a_core": round(share, 3),
        "server_mib": round(server.memory_info().rss / 2**20),
        "largest_tab_mib": _largest_tab_mib(),
    }
    for page in pages:
        page.context.close()
    return found


def _first_answer_s(page: Page, site: Site, model: str) -> float:
    """From the switch, with the permission given, to the first answer."""
    open_page(page, f"{site.url}/classify")
    if model:
        page.get_by_role("combobox", name="Model").click()
        page.get_by_role("option", name=model).first.click()
        page.get_by_role("option").first.wait_for(state="detached")
        settle(page)
    began = time.perf_counter()
    page.get_by_text("Use the camera").click()
    page.locator(FIRST).wait_for()
    return time.perf_counter() - began


def _cpu_s(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(one.cpu_times().user + one.cpu_times().system for one in family)


def _largest_tab_mib() -> int:
    """Memory of the largest of this program's browser's tabs."""
    tabs = [
        one.memory_info().rss
        for one in psutil.Process().children(recursive=True)
        if "--type=renderer" in one.cmdline()
    ]
    return round(max(tabs, default=0) / 2**20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--model", default="")
    parser.add_argument("--viewers", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--seconds", type=float, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if wanted.home:
            shutil.copytree(wanted.home, home)
        from_npm(home / "downloads" / engine.folder().name)
        pets = [paint(kind, 1, 240) for kind in ("cat", "dog")]
        clip = write_clip(Path(folder) / "clip.y4m", pets, seconds=2)
        played = f"--use-file-for-fake-video-capture={clip}"
        with ready(home) as site, open_browser("--use-fake-device-for-media-stream", played) as one:
            found = {
                f"{n}_viewers": measure(one, site, n, wanted.seconds, wanted.model)
                for n in wanted.viewers
            }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
