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
# What is written as it is.
_PLAIN: Final = (
    *("photo_set_name", "seconds", "parameters", "initial", "best_epoch", "test"),
    *("phase_seconds", "stage_seconds", "versions", "weights_sha256"),
)


def is_there() -> bool:
    """Whether this copy of PawTune has it."""
    return (EXAMPLE / RUN_FILE).is_file()


@lru_cache(maxsize=1)
def read() -> Run:
    """The example as a run."""
    told = json.loads((EXAMPLE / RUN_FILE).read_text(encoding="utf-8"))
    return Run(
        **{name: told[name] for name in ("name", *_PLAIN)},
        id=EXAMPLE_ID,
        photo_set_id="",
        classes=tuple(told["classes"]),
        job_id="",
        state=RunState.DONE,
        config=TrainConfig.from_json(told["config"]),
        created_at=datetime.fromisoformat(told["created_at"]),
        epochs=tuple(Epoch(**epoch) for epoch in told["epochs"]),
        can_answer=True,
        error=None,
        folder=EXAMPLE,
        is_example=True,
    )


def told_of(run: Run) -> dict[str, Any]:
    """What `read` reads, of a run that shall be the example."""
    return {name: getattr(run, name) for name in _PLAIN} | {
        "classes": list(run.classes),
        "config": run.config.to_json(),
        "created_at": run.created_at.isoformat(),
        "epochs": [asdict(epoch) for epoch in run.epochs],
    }
