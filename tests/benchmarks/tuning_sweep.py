"""How long a sweep of twenty settings of the head takes, and where the time goes.

    python -m tests.benchmarks.tuning_sweep

Prints one JSON object; for `tuning` of `bench_app`, too. Needs no browser.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.sweep_plan import RANDOM, Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.states import UNFINISHED
from pipeline.workspace.sweeps import Sweeps
from tests.benchmarks import browsing
from tests.workspaces import wait_for

_PATIENCE_S: Final = 1800.0
_RUNS: Final = 20
_CONFIG: Final = TrainConfig(fine_tune_epochs=0)
_SPACES: Final = (read_space("learning_rate=1e-5..1e-2"), read_space("dropout=0..0.5"))


def tuning_sweep(folder: Path) -> dict[str, dict[str, float]]:
    """Seconds from Start to the first run, to the last, and to the verdict.

    With nothing kept, which is looking at four views of each photo; and again, by chance and by
    TPE. `judging_s` is what other seeds, the default settings, packing and the test take.
    """
    workspace = open_workspace(folder / "home")
    row = browsing.cats_and_dogs(folder / "home")
    by_chance = Plan(_CONFIG, _SPACES, RANDOM, _RUNS)
    return {
        "cold": _swept(workspace, row.id, by_chance),
        "again": _swept(workspace, row.id, by_chance),
        "again_by_tpe": _swept(workspace, row.id, replace(by_chance, sampler="tpe")),
    }


def _swept(workspace: Workspace, photo_set_id: str, plan: Plan) -> dict[str, float]:
    queue, sweeps = SweepQueue(workspace), Sweeps(workspace)
    began = time.perf_counter()
    job = queue.submit_sweep(photo_set_id, plan)
    seen: dict[str, float] = {}

    def ended() -> bool:
        queue.settle()
        now = time.perf_counter() - began
        sweep = sweeps.of_job(job.id)
        tried = [run for run in sweep.runs if run.state not in UNFINISHED] if sweep else []
        if tried:
            seen.setdefault("first_run_s", now)
        if len(tried) == plan.runs:
            seen.setdefault("runs_s", now)
        return queue.get(job.id).finished

    wait_for(ended, "the end of the sweep", _PATIENCE_S)
    seen["finished_s"] = time.perf_counter() - began
    seen["judging_s"] = seen["finished_s"] - seen["runs_s"]
    sweep = sweeps.of_job(job.id)
    assert sweep is not None and sweep.outcome is not None
    seen["fell_behind"] = sum(run.early_end is not None for run in sweep.runs)
    seen["learning_s"] = sum(run.seconds or 0.0 for run in sweep.runs[1:])
    return {name: round(value, 1) for name, value in seen.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(tuning_sweep(Path(home)), indent=2))
