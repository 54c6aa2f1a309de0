"""How quick the app feels, on this machine: prints one JSON object, asserts nothing.

    python -m tests.benchmarks.bench_app [PART ...]

Parts: start, answers, first-point, preview, sizes, classes, watchers, tuning; all of them when
none is named (about half an hour on two cores). Needs a Chromium; no network where `../shared` or
the ImageNet weights are there.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.network.litert_file import litert_file
from pipeline.network.mobilenet_v2 import num_features
from pipeline.photos.augment import augment
from pipeline.photos.decoding.decoder import Decoder
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.home import open_workspace
from tests.benchmarks import browsing, many_classes, parts
from tests.benchmarks.serving import open_browser, ready, serving, visitor
from tests.benchmarks.tuning import tuning
from tests.random_network import random_tensors
from tests.workspaces import jpeg, wait_for

Figures = dict[str, Any]


def start(folder: Path) -> Figures:
    """Seconds from the server's start until the front page's heading stands there.

    In a fresh workspace the drawn pets are painted at the same time.
    """
    fresh = [_first_page_s(folder / f"home{turn}") for turn in range(3)]
    again = [_first_page_s(folder / "home0") for _ in range(3)]
    return {"first_page_fresh_s": fresh, "first_page_again_s": again}


def _first_page_s(home: Path) -> float:
    with open_browser() as browser:
        page = visitor(browser)
        page.goto("about:blank")  # the browser's own start does not count
        began = time.perf_counter()
        with serving(home) as site:
            wait_for(site.is_up, "the server's start")
            page.goto(site.url)
            page.get_by_role("heading", name="Teach a network your photos").wait_for()
            return time.perf_counter() - began


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
    config = TrainConfig()
    alpha, size = config.alpha, config.image_size_px
    kernel = np.random.default_rng(0).normal(0, 0.03, (num_features(alpha), 1))
    head = (kernel.astype(np.float32), np.zeros(1, np.float32))
    content = litert_file(random_tensors(alpha), alpha, size, feature_map=True, head=head)
    facts = {
        "run_id": "bench",
        "photo_set_id": "bench",
        "classes": ["cat", "dog"],
        "image_size_px": size,
        "config": config.to_json(),
        "versions": {},
        "weights_sha256": None,
    }
    write_bundle(folder / "bundle", content, facts)
    return Classifier(read_bundle(folder / "bundle"))


def answers(folder: Path) -> Figures:
    """What one redraw of the preview computes; decoding an upload; one answer of a bundle."""
    photo = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    upload = jpeg((120, 90, 60), side=1200)
    asked = classifier(folder)
    with Decoder() as decoder:
        kept = decoder.canonical("photo.jpg", upload).jpeg
        return {
            "nine_draws_ms": median_ms(lambda: nine_draws(photo)),
            "decode_upload_ms": median_ms(lambda: decoder.canonical("photo.jpg", upload)),
            "answer_ms": median_ms(lambda: asked.classify(kept)),
        }


def first_point(folder: Path) -> Figures:
    """From Start to the first point of the curve, nothing kept and everything kept."""
    browsing.cats_and_dogs(folder / "home")
    with ready(folder / "home") as site, open_browser() as browser:
        return {"first_point_s": browsing.first_points_s(site, browser)}


def preview(folder: Path) -> Figures:
    """From a slider's step to nine new pictures in the page."""
    browsing.set_of(open_workspace(folder / "home"), folder / "photos", browsing.SMALL)
    with ready(folder / "home") as site, open_browser() as browser:
        return {"preview_ms": browsing.preview_ms(site, browser)}


def sizes(folder: Path) -> Figures:
    """The pages with a small and with a large photo set."""
    drawn = {}
    for photos in (browsing.SMALL, browsing.LARGE):
        home = folder / f"home-{photos}"
        browsing.set_of(open_workspace(home), folder / f"photos-{photos}", photos)
        with ready(home) as site, open_browser() as browser:
            drawn[f"{photos}_photos"] = browsing.pages_s(site, browser)
    return {"pages_s": drawn}


def classes(folder: Path) -> Figures:
    """Every page with two classes, and with three hundred."""
    drawn = {}
    for count in (2, 300):
        home = folder / f"home-{count}"
        many_classes.train(home, folder / f"photos-{count}", count)
        with ready(home) as site, open_browser() as browser:
            drawn[f"{count}_classes"] = many_classes.measured(site, browser)
    return {"pages_by_classes": drawn}


def watchers(folder: Path) -> Figures:
    """One browser, then ten, that watch a training."""
    row = browsing.cats_and_dogs(folder / "home")
    seen = {}
    for browsers in browsing.WATCHERS:
        with ready(folder / "home") as site, open_browser() as browser:
            seen[f"{browsers}_browsers"] = browsing.watchers(site, browser, row.id, browsers)
    return {"watchers": seen}


PARTS: Final[dict[str, Callable[[Path], Figures]]] = {
    "start": start,
    "answers": answers,
    "first-point": first_point,
    "preview": preview,
    "sizes": sizes,
    "classes": classes,
    "watchers": watchers,
    "tuning": lambda folder: {"tuning": tuning(folder)},
}


def rounded(figures: Any) -> Any:
    """The same with three significant digits."""
    if isinstance(figures, dict):
        return {name: rounded(value) for name, value in figures.items()}
    if isinstance(figures, list):
        return [rounded(value) for value in figures]
    return float(f"{figures:.3g}") if isinstance(figures, float) else figures


def main() -> None:
    """Measure and print."""
    figures: Figures = {}
    for part in parts.chosen(PARTS, __doc__):
        with tempfile.TemporaryDirectory() as folder:
            figures |= PARTS[part](Path(folder))
    print(json.dumps(rounded(figures), indent=2))


if __name__ == "__main__":
    main()
