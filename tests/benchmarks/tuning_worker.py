"""What a tuner waits for after Start: first point, first batch of fine-tuning, next run.

Seconds from asking for a training on the tutorial's photos, whose features are kept already, to
each of these. No browser: what the page adds is measured with the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

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
Moments = dict[str, float]


def worker(folder: Path) -> dict[str, Any]:
    """Each way to train, once for its features and then `TURNS` times with them."""
    photo_set = browsing.cats_and_dogs(folder / "home")
    workspace = open_workspace(folder / "home")
    return {name: _warm(workspace, photo_set.id, config) for name, config in WAYS.items()}


def _warm(workspace: Workspace, photo_set_id: str, config: TrainConfig) -> list[Moments]:
    moments(workspace, photo_set_id, config)
    return [moments(workspace, photo_set_id, config) for _ in range(TURNS)]


TURNS: Final = 3


def moments(workspace: Workspace, photo_set_id: str, config: TrainConfig) -> Moments:
    """Seconds from Start until each thing is there; the process that asks looks all the time."""
    jobs = Jobs(workspace)
    began = time.perf_counter()
    job = jobs.submit_train(photo_set_id, config)
    seen: Moments = {"asked": time.perf_counter() - began}
    planned = config.epochs + config.fine_tune_epochs
    tests = _tests(planned)
    while not jobs.get(job.id).finished:
        with workspace.database.reading() as session:
            row = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
            counted = select(func.count()).where(EpochRecord.run_id == job.run_id)
            points = session.scalar(counted) or 0
        for name, test in tests.items():
            if name not in seen and test(row, points):
                seen[name] = time.perf_counter() - began
        jobs.settle()
        time.sleep(LOOK_EVERY_S)
        if time.perf_counter() - began > PATIENCE_S:
            raise TimeoutError("The training takes too long.")
    assert finished(workspace, job.id).state == "done"
    return seen | {"done": time.perf_counter() - began}


def _tests(planned: int) -> dict[str, Callable[[JobRecord, int], bool]]:
    return {
        "worker": lambda row, _: row.step not in (None, Step.STARTING),
        "first_point": lambda _, points: points >= 1,
        "fine_tuning": lambda row, _: row.phase == FINE_TUNING,
        "packing": lambda row, _: row.step == Step.PACKING,
        "scoring": lambda row, _: row.step == Step.SCORING,
        "next_may_start": lambda row, _: row.lane != "network",
    }
