"""What stands between a released control and its curve, behind the page; and ten who tune at once.

    python -m tests.benchmarks.tuning_live

Prints one JSON object; for `tuning` of `bench_app`, too. Needs no browser: what the page adds is
measured with the page.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.helpers import Helpers
from pipeline.workspace.home import Workspace, open_workspace
from tests.benchmarks import browsing
from tests.workspaces import finished

_CONFIG: Final = TrainConfig()  # the tutorial's: four views, ten epochs, alpha 1.0, 160 px
_RELEASES: Final = 40
_TUNERS: Final = 10
_RELEASES_OF_EACH: Final = 10
_THINKS_S: Final = 0.5  # between a curve and the next release; nobody is faster for long
_PATIENCE_S: Final = 1800.0


def tuning_live(folder: Path) -> dict[str, Any]:
    """Preparation in seconds; curves alone, beside a training and of ten tuners in milliseconds."""
    workspace = open_workspace(folder / "home")
    row = browsing.cats_and_dogs(folder / "home")
    helpers = Helpers(workspace)
    try:
        return {
            "prepared_s": _prepared_s(workspace, row.id),
            "first_curve_ms": _curve_ms(helpers, row.id, None, _CONFIG),
            **_curves(helpers, row.id),
            "again_ms": _curve_ms(helpers, row.id, None, _CONFIG),
            "ten_tuners": _ten(helpers, row.id),
        }
    finally:
        helpers.close()


def _prepared_s(workspace: Workspace, photo_set_id: str) -> float:
    """Seconds until everything is ready to tune; 0 where it was."""
    began = time.perf_counter()
    job = Jobs(workspace).prepare(photo_set_id, _CONFIG)
    if job is None:
        return 0.0
    assert finished(workspace, job.id, _PATIENCE_S).state == "done"
    return time.perf_counter() - began


def _tries(first: int) -> Iterator[TrainConfig]:
    """Settings as a hand moves them: none comes twice."""
    for number in range(first, first + _RELEASES):
        rate = 1e-5 * 1.1**number
        yield replace(_CONFIG, learning_rate=rate, dropout=0.05 * (number % 10))


def _curve_ms(helpers: Helpers, photo_set_id: str, whose: str | None, one: TrainConfig) -> float:
    began = time.perf_counter()
    helpers.ask(whose, "curve", photo_set_id, one)
    return 1000 * (time.perf_counter() - began)


def _curves(helpers: Helpers, photo_set_id: str) -> dict[str, Any]:
    """Milliseconds from asking to the answer, and of a processor: what a quiet machine needs."""
    (process,) = map(psutil.Process, helpers.pids)
    before = sum(process.cpu_times()[:2])
    took = [_curve_ms(helpers, photo_set_id, None, one) for one in _tries(0)]
    worked = sum(process.cpu_times()[:2]) - before
    return {"curve_ms": _spread(took), "curve_processor_ms": 1000 * worked / len(took)}


def _ten(helpers: Helpers, photo_set_id: str) -> dict[str, Any]:
    """Ten visitors who release a control, look at the curve, and release one again."""

    def tune(number: int) -> list[float]:
        took = []
        for step in range(_RELEASES_OF_EACH):
            one = replace(_CONFIG, seed=0, learning_rate=1e-5 * (1 + number + 100 * step) ** 0.9)
            took.append(_curve_ms(helpers, photo_set_id, f"{number:032x}", one))
            time.sleep(_THINKS_S)
        return took

    with ThreadPoolExecutor(_TUNERS) as pool:
        took = list(pool.map(tune, range(_TUNERS)))
    memory = [psutil.Process(pid).memory_full_info().uss / 2**20 for pid in helpers.pids]
    return {
        **_spread([one for each in took for one in each]),
        "slowest_visitor_p50": float(max(np.median(each) for each in took)),
        "processes": len(memory),
        "own_memory_mib": [round(one) for one in memory],
    }


def _spread(took: list[float]) -> dict[str, float]:
    return {f"p{share}": float(np.percentile(took, share)) for share in (50, 95)}


def main(measure: Callable[[Path], dict[str, Any]] = tuning_live) -> None:
    """Measure in a workspace of its own, and print."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder)), indent=2))


if __name__ == "__main__":
    main()
