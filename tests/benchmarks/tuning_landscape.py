"""How long a landscape takes, behind the page: from the question to the scores of all columns.

    python -m tests.benchmarks.tuning_landscape

Prints one JSON object; for `tuning` of `bench_app`, too. Needs no browser.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.heads.head_data import HeadData
from pipeline.heads.landscape import landscape
from pipeline.jobs.queue import Jobs
from pipeline.network.head import Head
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.helpers import Helpers
from pipeline.tuning.landscape import EPOCHS, RATES
from pipeline.workspace.home import open_workspace
from tests.benchmarks import browsing
from tests.workspaces import finished

_CONFIG: Final = TrainConfig()  # the tutorial's: four views, alpha 1.0, 160 px
_OWN_RATE: Final = 2e-4  # not one of the usual ones: twelve columns
_TIMES: Final = 5
_PHOTOS: Final = 2_000
_PATIENCE_S: Final = 1800.0


def tuning_landscape(folder: Path) -> dict[str, Any]:
    """Seconds for each axis over the tutorial's photos, and for features of more classes."""
    workspace = open_workspace(folder / "home")
    row = browsing.cats_and_dogs(folder / "home")
    job = Jobs(workspace).prepare(row.id, _CONFIG)
    if job is not None:
        assert finished(workspace, job.id, _PATIENCE_S).state == "done"
    helpers = Helpers(workspace)
    try:
        return {
            "photos": row.split_sizes["training"],
            **{f"{axis}_s": _asked_s(helpers, row.id, axis) for axis in Axis},
            "classes_s": {classes: many_classes_s(classes) for classes in (2, 10, 37)},
        }
    finally:
        helpers.close()


def _asked_s(helpers: Helpers, photo_set_id: str, axis: Axis) -> dict[str, float]:
    """The first one starts a process, or finds the features for the first time."""
    took = []
    for turn in range(1 + _TIMES):
        own = _OWN_RATE * (1 + turn / 100)  # else the answer is known
        more = {"also": own if axis is Axis.LEARNING_RATE else 0.05 + turn / 100}
        if axis is Axis.SIZE:
            more = {"epochs": EPOCHS + turn}
        began = time.perf_counter()
        found: Landscape = helpers.ask(
            None, "landscape", photo_set_id, _CONFIG, axis=axis.value, **more
        )
        took.append(time.perf_counter() - began)
        assert found.epochs >= EPOCHS
    return {"first": took[0], "median": float(np.median(took[1:])), "slowest": max(took[1:])}


def many_classes_s(classes: int) -> float:
    """Twelve rates over so many photos of so many classes, in this process."""
    random = np.random.default_rng(0)
    labels = {name: random.integers(classes, size=n) for name, n in _SIZES.items()}
    views = {
        name: random.random((n, 1280), np.float32) + labels[name][:, np.newaxis] * np.float32(0.01)
        for name, n in _SIZES.items()
    }
    keys = random.integers(2**63, size=_PHOTOS, dtype=np.uint64)
    data = HeadData(classes, labels, keys, None, lambda split, _: views[split])
    config = TrainConfig(class_weight="none")
    rates = sorted((*RATES, _OWN_RATE))
    began = time.perf_counter()
    head = Head.initial(1280, classes, 0)
    landscape(data, config, head, Axis.LEARNING_RATE, rates, EPOCHS, lambda: None)
    return time.perf_counter() - began


_SIZES: Final = {"training": _PHOTOS, "validation": 800}


def main() -> None:
    """Measure in a workspace of its own, and print."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(tuning_landscape(Path(folder)), indent=2))


if __name__ == "__main__":
    main()
