"""All that a tuner waits for, in one table: `python -m tests.benchmarks.bench_app tuning`.

Each figure can be had alone: `python -m tests.benchmarks.tuning_page`, `tuning_live` and so on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks import browsing, tuning_map, tuning_page
from tests.benchmarks.serving import open_browser, ready
from tests.benchmarks.tuning_features import tuning_features
from tests.benchmarks.tuning_landscape import tuning_landscape
from tests.benchmarks.tuning_live import tuning_live
from tests.benchmarks.tuning_sweep import tuning_sweep
from tests.benchmarks.tuning_worker import worker


def tuning(folder: Path) -> dict[str, Any]:
    """Release to curve, Start to points, sweep, landscape, map, a mended label, five loops."""
    return {
        "page": _page(folder / "page"),
        "live": tuning_live(folder / "live"),
        "start": worker(folder / "start"),
        "landscape": tuning_landscape(folder / "landscape"),
        "sweep": tuning_sweep(folder / "sweep"),
        "map": {
            size: tuning_map.tuning_map(folder / f"map-{size}", size) for size in tuning_map.SIZES
        },
        "features": tuning_features(folder / "features"),
    }


def _page(folder: Path) -> dict[str, Any]:
    row = browsing.cats_and_dogs(folder / "home")
    with ready(folder / "home") as site, open_browser() as browser:
        return {name: part(site, browser, row) for name, part in tuning_page.PARTS.items()}
