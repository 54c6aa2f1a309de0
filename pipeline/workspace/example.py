"""The run that comes with PawTune, so that there is something to ask and to look at from the start.

It lies in the project's own folder and is only read; what it left is as any run leaves it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.environment import EXAMPLE, EXAMPLE_ID
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

RUN_FILE: Final = "run.json"


def is_there() -> bool:
    """Whether this copy of PawTune has it."""
    return (EXAMPLE / RUN_FILE).is_file()


@lru_cache(maxsize=1)
def read() -> Run:
    """The example as a run."""
    told = json.loads((EXAMPLE / RUN_FILE).read_text(encoding="utf-8"))
    return Run(
        id=EXAMPLE_ID,
        name=told["name"],
        photo_set_id="",
        photo_set_name=told["photo_set_name"],
        classes=tuple(told["classes"]),
        job_id="",
        state=RunState.DONE,
        config=TrainConfig.from_json(told["config"]),
        created_at=datetime.fromisoformat(told["created_at"]),
        seconds=told["seconds"],
        parameters=told["parameters"],
        initial=told["initial"],
        epochs=tuple(Epoch(**epoch) for epoch in told["epochs"]),
        best_epoch=told["best_epoch"],
        phase_seconds=told["phase_seconds"],
        stage_seconds=told["stage_seconds"],
        test=told["test"],
        versions=told["versions"],
        weights_sha256=told["weights_sha256"],
        can_answer=True,
        error=None,
        folder=EXAMPLE,
        is_example=True,
    )


def told_of(run: Run) -> dict[str, Any]:
    """What `read` reads, of a run that shall be the example."""
    return {
        "photo_set_name": run.photo_set_name,
        "classes": list(run.classes),
        "config": run.config.to_json(),
        "created_at": run.created_at.isoformat(),
        "seconds": run.seconds,
        "parameters": run.parameters,
        "initial": run.initial,
        "epochs": [asdict(epoch) for epoch in run.epochs],
        "best_epoch": run.best_epoch,
        "phase_seconds": run.phase_seconds,
        "stage_seconds": run.stage_seconds,
        "test": run.test,
        "versions": run.versions,
        "weights_sha256": run.weights_sha256,
    }
