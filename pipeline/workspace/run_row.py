"""A run as its row in the database has it, which another version may have written."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import SettingError
from pipeline.evaluation.learning_curve import Cut, EarlyEnd
from pipeline.evaluation.run_score import is_without_test
from pipeline.network import weight_change
from pipeline.network.started_from import StartedFrom
from pipeline.progress import PACKING_STEPS
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import photo_set_rows, seal_rows, visitors
from pipeline.workspace.home import as_time
from pipeline.workspace.run import Place, Run
from pipeline.workspace.states import RunState
from pipeline.workspace.tables import (
    BaselineRecord,
    EpochRecord,
    JobRecord,
    PhotoSetRecord,
    RunRecord,
)


def read(session: Session, record: RunRecord, asked_by: str | None, runs_folder: Path) -> Run:
    """A run as its row has it.

    Args:
        session: The transaction to read it in.
        record: The row.
        asked_by: The visitor who asks, None for the owner.
        runs_folder: Where the runs' folders are.
    """
    photo_set = session.get_one(PhotoSetRecord, record.photo_set_id)
    visitor = asked_by or record.visitor  # a set is called differently by its owners
    called = photo_set_rows.album_name(session, photo_set.id, visitor)
    epochs = session.scalars(
        select(EpochRecord).where(EpochRecord.run_id == record.id).order_by(EpochRecord.epoch)
    )
    baseline = session.get(BaselineRecord, asked_by or "")
    state, config, start, sentence = _readable(record)
    is_sealed = seal_rows.hides(session, record.photo_set_id, record)
    by_folds = record.cross_validation
    return Run(
        id=record.id,
        name=record.name,
        photo_set_id=record.photo_set_id,
        photo_set_name=called or "A photo set that is gone",
        classes=tuple(photo_set.classes),
        job_id=record.job_id,
        state=state,
        config=config,
        created_at=as_time(record.created_at),
        seconds=record.seconds,
        parameters=record.parameters,
        initial=record.initial,
        epochs=tuple(entry.point for entry in epochs),
        best_epoch=record.best_epoch,
        phase_seconds=record.phase_seconds,
        stage_seconds=record.stage_seconds or {},
        test=None if is_sealed else record.test,
        is_sealed=is_sealed,
        versions=record.versions,
        weights_sha256=record.weights_sha256,
        can_answer=record.can_answer,
        error=sentence,
        folder=runs_folder / record.id,
        moved=weight_change.known(record.moved),
        early_end=_early_end(record),
        results_name=record.results,
        started_from=start,
        sweep=Place(**record.sweep) if record.sweep else None,
        note=record.note or "",
        tags=tuple(record.tags or ()),
        is_own=visitors.owns(asked_by, record),
        is_packing=state is RunState.RUNNING and _is_packing(session, record.job_id),
        is_baseline=baseline is not None and baseline.run_id == record.id,
        cross_validation=None if is_sealed and not is_without_test(by_folds) else by_folds,
    )


def _readable(
    record: RunRecord,
) -> tuple[RunState, TrainConfig, StartedFrom | None, str | None]:
    """State, settings, start and what went wrong; one damaged row must not hide the others."""
    try:
        start = StartedFrom.from_json(record.started_from)
        return RunState(record.state), TrainConfig.from_json(record.config), start, record.error
    except SettingError as error:
        wrong = str(error)
    except ValueError:
        wrong = f"There is no such state. Received: {record.state!r}."
    sentence = (
        "What is written down of this run is damaged and cannot be used. Its photos and its "
        "network are not touched. Delete it on the Runs page and train anew, or restore a backup. "
    )
    return RunState.DAMAGED, TrainConfig(), None, sentence + wrong


def _is_packing(session: Session, job_id: str) -> bool:
    """Whether the job that works on a run tells so."""
    step = session.scalar(select(JobRecord.step).where(JobRecord.id == job_id))
    return step in PACKING_STEPS


def _early_end(record: RunRecord) -> EarlyEnd | None:
    """What ended it early; None for what a later version may have written there."""
    told = record.early_end
    try:
        return EarlyEnd(Cut(told["why"]), told["phase"]) if told else None
    except (KeyError, ValueError):
        return None
