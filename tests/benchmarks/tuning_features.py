"""What a training waits for after a label was mended, and with other layers released.

    python -m tests.benchmarks.tuning_features

Prints one JSON object; for `tuning` of `bench_app`, too. Needs no browser.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.files.cache import Cache
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import MovePhotos
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.versions import Versions
from tests.benchmarks import browsing
from tests.workspaces import wait_for

_PATIENCE_S: Final = 1800.0
_CONFIG: Final = TrainConfig(fine_tune_epochs=4)  # each of the four views, in both phases


def tuning_features(folder: Path) -> dict[str, dict[str, float]]:
    """Seconds from Start to points of the curve, and what the cache takes then.

    A training with nothing kept, the same again, the same after one label was mended, and with
    another `fine_tune_at`.
    """
    workspace = open_workspace(folder / "home")
    row = browsing.cats_and_dogs(folder / "home")
    cold = _trained(workspace, row.id, _CONFIG)
    warm = _trained(workspace, row.id, _CONFIG)
    first = PhotoSets(workspace).open(row.id).photos[0]
    others = [name for name in row.classes if name != row.classes[first.class_index]]
    mended = Versions(workspace).edit(row.id, MovePhotos((0,), others[0])).id
    return {
        "cold": cold,
        "again": warm,
        "label_mended": _trained(workspace, mended, _CONFIG),
        "other_fine_tune_at": _trained(workspace, mended, replace(_CONFIG, fine_tune_at=120)),
    }


def _trained(workspace: Workspace, photo_set_id: str, config: TrainConfig) -> dict[str, float]:
    jobs, runs = Jobs(workspace), Runs(workspace)
    began = time.perf_counter()
    job = jobs.submit_train(photo_set_id, config)
    assert job.run_id is not None
    run_id, seen = job.run_id, {}

    def ended() -> bool:
        jobs.settle()
        now = time.perf_counter() - began
        epochs = runs.get(run_id).epochs
        if epochs:
            seen.setdefault("first_point_s", now)
        if any(epoch.phase == FINE_TUNING for epoch in epochs):
            seen.setdefault("first_fine_tuning_epoch_s", now)
        return jobs.get(job.id).finished

    wait_for(ended, "the end of the training", _PATIENCE_S)
    seen["finished_s"] = time.perf_counter() - began
    seen["cache_mb"] = sum(entry.bytes for entry in Cache(workspace.cache_folder).entries()) / 1e6
    return {name: round(value, 1) for name, value in seen.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(tuning_features(Path(home)), indent=2))
