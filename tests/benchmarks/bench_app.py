"""How quick the app feels, on this machine: prints one JSON object, asserts nothing.

    python -m tests.benchmarks.bench_app

Seconds from the server's start to the first page drawn in a browser, redraw of the
augmentation preview, one answer of a run's bundle. Needs a Chromium and no network.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.config import AUGMENT_PRESETS, TrainConfig
from pipeline.photos.augment import augment
from pipeline.photos.decoder import Decoder
from pipeline.workspace.home import open_workspace
from pipeline.workspace.jobs import Jobs
from tests.conftest import REPOSITORY
from tests.workspaces import finished, jpeg


def is_up(port: int) -> bool:
    """Whether the server answers."""
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1):
            return True
    except OSError:
        return False


def first_page_s(home: Path) -> float:
    """Seconds from the server's start until the front page's heading stands there.

    A fresh workspace begins to paint the drawn pets at the same time.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto("about:blank")  # the browser's own start does not count
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=REPOSITORY,
            env={**os.environ, "PAWTUNE_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not is_up(port):
                time.sleep(0.02)
            page.goto(f"http://localhost:{port}")
            page.get_by_role("heading", name="Teach a network your photos").wait_for()
            return time.perf_counter() - began
        finally:
            workspace = open_workspace(home)
            for job in Jobs(workspace).active():
                Jobs(workspace).stop(job.id)  # the next turn shall find a quiet machine
                finished(workspace, job.id)
            server.terminate()
            server.wait()
            browser.close()


def median_ms(work: Callable[[], object], times: int = 30) -> float:
    """Median milliseconds of one call, after one to warm up."""
    work()
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds)


def nine_draws(photo: np.ndarray) -> list[np.ndarray]:
    """What one redraw of the preview computes."""
    return [augment(photo, AUGMENT_PRESETS["strong"], 0, 0, view) for view in range(9)]


def classifier(folder: Path) -> Classifier:
    """A bundle of the default network, with random weights: speed does not depend on them."""
    from pipeline.learning.convert import to_litert
    from pipeline.learning.network import build_network

    config = TrainConfig(weights="none")
    facts = {
        "run_id": "bench",
        "photo_set_id": "bench",
        "classes": ["cat", "dog"],
        "image_size_px": config.image_size_px,
        "config": config.to_json(),
        "versions": {},
        "weights_sha256": None,
    }
    write_bundle(folder / "bundle", to_litert(build_network(config, 2, None)), facts)
    return Classifier(read_bundle(folder / "bundle"))


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, Decoder() as decoder:
        folder = Path(name)
        fresh = [first_page_s(folder / f"home{turn}") for turn in range(3)]
        again = [first_page_s(folder / "home0") for _ in range(3)]
        photo = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
        upload = jpeg((120, 90, 60), side=1200)
        kept = decoder.canonical("photo.jpg", upload).jpeg
        answering = classifier(folder)
        print(
            json.dumps(
                {
                    "first_page_fresh_s": [round(seconds, 2) for seconds in fresh],
                    "first_page_again_s": [round(seconds, 2) for seconds in again],
                    "nine_draws_ms": round(median_ms(lambda: nine_draws(photo)), 1),
                    "decode_upload_ms": round(
                        median_ms(lambda: decoder.canonical("photo.jpg", upload)), 1
                    ),
                    "answer_ms": round(median_ms(lambda: answering.classify(kept)), 1),
                }
            )
        )


if __name__ == "__main__":
    main()
