"""What a tuner waits for after Start: first point, first batch of fine-tuning, next run.

    python -m tests.benchmarks.tuning_worker

Seconds from asking for a training on the tutorial's photos, whose features are kept already, to
each of these; with the worker that waits for it, and with one that is started for it. Prints one
JSON object. No browser: what the page adds is measured with the page.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from pipeline.jobs import dispatch, spares
from pipeline.jobs.job import LANES
from pipeline.jobs.queue import Jobs
from pipeline.progress import Step
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.tables import EpochRecord, JobRecord
from tests.benchmarks import browsing
from tests.workspaces import finished

LOOK_EVERY_S: Final = 0.01
PATIENCE_S: Final = 600.0
WAYS: Final = {
    "10 + 2": TrainConfig(fine_tune_epochs=2),
    "head": TrainConfig(fine_tune_epochs=0),
    QUICK: PRESETS[QUICK].config,
}
TURNS: Final = 3
Moments = dict[str, float]
# When each moment has come, by the job's row and the number of points of its curve.
_SIGNS: Final[dict[str, Callable[[JobRecord, int], bool]]] = {
    "worker": lambda row, _: row.step not in (None, Step.STARTING),
    "first_point": lambda _, points: points >= 1,
    "fine_tuning": lambda row, _: row.phase == FINE_TUNING,
    "packing": lambda row, _: row.step == Step.PACKING,
    "scoring": lambda row, _: row.step == Step.SCORING,
    "next_may_start": lambda row, _: row.lane != LANES["train"],
}


def worker(folder: Path) -> dict[str, dict[str, Moments]]:
    """Each way to train, once for its features and then with them, from both kinds of workers."""
    photo_set = browsing.cats_and_dogs(folder / "home")
    workspace = open_workspace(folder / "home")
    found: dict[str, dict[str, Moments]] = {}
    for name, config in WAYS.items():
        moments(workspace, photo_set.id, config)
        fresh = [moments(workspace, photo_set.id, config) for _ in range(TURNS)]
        found[name] = {"started for it": median(fresh)}
    for name, config in WAYS.items():  # last: from here on one is kept
        warm = []
        for _ in range(TURNS):
            keep_warm(workspace)
            warm.append(moments(workspace, photo_set.id, config))
        found[name]["waiting for it"] = median(warm)
    return found


def keep_warm(workspace: Workspace) -> None:
    """Wait until a worker waits."""
    ready = lambda: any(spares.folder(workspace).glob("ready-*"))  # noqa: E731
    while not ready():
        dispatch.keep_warm(workspace)
        time.sleep(LOOK_EVERY_S)


def median(turns: list[Moments]) -> Moments:
    """Of each moment."""
    return {name: round(statistics.median(one[name] for one in turns), 2) for name in turns[0]}


def moments(workspace: Workspace, photo_set_id: str, config: TrainConfig) -> Moments:
    """Seconds from Start until each thing is there; the process that asks looks all the time."""
    jobs = Jobs(workspace)
    began = time.perf_counter()
    job = jobs.submit_train(photo_set_id, config)
    seen: Moments = {"asked": time.perf_counter() - began}
    while not jobs.get(job.id).finished:
        with workspace.database.reading() as session:
            row = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
            counted = select(func.count()).where(EpochRecord.run_id == job.run_id)
            points = session.scalar(counted) or 0
        for name, test in _SIGNS.items():
            if name not in seen and test(row, points):
                seen[name] = time.perf_counter() - began
        jobs.settle()
        time.sleep(LOOK_EVERY_S)
        if time.perf_counter() - began > PATIENCE_S:
            raise TimeoutError("The training takes too long.")
    assert finished(workspace, job.id).state == "done"
    return seen | {"done": time.perf_counter() - began}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(worker(Path(home)), indent=2))
