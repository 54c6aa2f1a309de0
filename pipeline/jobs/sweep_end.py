"""The end of a sweep: the best run and the default are packed, and held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.evaluation.best_of_many import contenders, optimism
from pipeline.evaluation.comparison import Answers, accuracy_difference, claims, compare, p_value
from pipeline.evaluation.metrics import probabilities
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.train_job import train_run
from pipeline.learning.checkpoints import Checkpoints
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, Unit
from pipeline.tuning import sweep_outcome
from pipeline.tuning.in_turns import InTurns
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import RunState
from pipeline.workspace.tables import JobRecord, RunRecord


def are_held(workspace: Workspace, job_id: str, runs: Sequence[Run]) -> bool:
    """Mark runs as running, so that nobody deletes one; False, and nothing done, if one is gone."""
    wanted = [run.id for run in runs]
    with workspace.database.writing() as session:
        found = session.scalars(select(RunRecord).where(RunRecord.id.in_(wanted))).all()
        if len(found) < len(wanted):
            return False
        for record in found:
            record.state, record.job_id = RunState.RUNNING, job_id
    return True


def let_go(workspace: Workspace, runs: Sequence[Run]) -> None:
    """Mark runs as done where they can answer and came to their end, else as they were."""

    def change(session: Session) -> None:
        for run in runs:
            record = find(session, run.id)
            record.state, record.job_id = run.state, run.job_id
            if record.can_answer and record.early_end is None:
                record.state, record.error = RunState.DONE, None

    workspace.database.keep(change)


def pack(workspace: Workspace, job: JobRecord, report: Reporter, runs: Sequence[Run]) -> None:
    """Let runs end as those that were trained on their own do, unless they have.

    Args:
        workspace: Where.
        job: The sweep's.
        report: Told about it; until the last one is packed Stop is heard, and the lane kept.
        runs: Which; those without an epoch have nothing to be packed.

    Raises:
        Stopped: If somebody pressed Stop.
    """
    waiting = [run for run in runs if run.epochs and not run.can_answer]
    for run in waiting:
        heard: Any = report if run is waiting[-1] else _Midway(report)
        request = {"resume": True}
        train_run(
            workspace, JobRecord(id=job.id, kind="train", run_id=run.id, request=request), heard
        )


class _Midway:
    """Hands on everything but that the work is about to end: more is to come."""

    def __init__(self, report: Reporter) -> None:
        self._report = report

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
    ) -> None:
        """See `pipeline.progress.Report`."""
        self._report(stage, done, total, unit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._report, name)

    def finish_in_peace(self) -> None:
        """Stop is heard on."""

    def leave_lane(self) -> None:
        """The lane is kept."""


def luck(runs: Sequence[Run], photo_set: PhotoSet) -> tuple[float, int]:
    """By how much the best looks better than it is, because these photos chose it.

    Args:
        runs: Those of the sweep; at least one was trained to its end.
        photo_set: Their photos.

    Returns:
        A share of the photos, 0 to 1, and among how many runs that are about equally good the
        best was chosen, itself among them.
    """
    ended = [run for run in runs if run.state is RunState.DONE]
    turns = [run.sweep.in_turns for run in ended if run.sweep and run.sweep.in_turns]
    if len(turns) == len(ended):
        right = np.stack([InTurns.from_json(one).right for one in turns])
    else:
        said = [Checkpoints(run.folder).load_best().logits for run in ended]
        truth = photo_set.labels()[photo_set.indices("validation")]
        right = np.stack([_called(logits) for logits in said]) == truth
    near = contenders(right)
    return optimism(right[near]), int(near.sum())


def against_default(workspace: Workspace, best: str, default: str) -> dict[str, Any]:
    """What the photos say of a sweep's best run beside the settings that it started from.

    Args:
        workspace: Where.
        best: Id of the best run.
        default: Id of the other one; may be the same.

    Returns:
        What validation says of the other one; and of packed ones what the test photos say of both.
    """
    runs = Runs(workspace)
    b, a = runs.get(best), runs.get(default)
    said = sweep_outcome.validation(a)
    told: dict[str, Any] = {
        "run": a.id,
        "validation": {"accuracy": said.accuracy, "loss": said.loss} if said else None,
    }
    if a.id == b.id or a.is_sealed or b.is_sealed or not (a.test and b.test):
        return told
    pairs = compare(_answers(runs, a), _answers(runs, b)).pairs
    difference = accuracy_difference(pairs)
    assert difference is not None
    return {
        **told,
        "photos": pairs.photos,
        "difference": difference.value,
        "low": difference.low,
        "high": difference.high,
        "p": p_value(pairs),
        "better": claims(pairs) and difference.value > 0,
    }


def _called(logits: NDArray[np.float32]) -> NDArray[np.int64]:
    """`(M,)` the class of each photo, from `(M, L)` logits."""
    answers: NDArray[np.int64] = probabilities(logits).argmax(axis=1)
    return answers


def _answers(runs: Runs, run: Run) -> Answers:
    found = runs.predictions(run.id)
    return Answers(found.photo_indices.tolist(), found.truth, found.called, found.scenes)
