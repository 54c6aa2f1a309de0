"""Taking a run away, as a job: from the run's row to a file among the exports."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from pipeline.classify.bundle import read_bundle
from pipeline.errors import PhotoSetError, RunError
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.exporting import formats, parity
from pipeline.exporting.exporter import Source, export
from pipeline.exporting.formats import Format
from pipeline.exporting.run_facts import RunFacts
from pipeline.jobs.reporter import Reporter
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings.export_settings import MAX_LOSS
from pipeline.workspace.exports_folder import drop_others, sweep
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs
from pipeline.workspace.states import UNFINISHED, RunState
from pipeline.workspace.tables import JobRecord, PhotoSetRecord

log = logging.getLogger("pawtune.export")


def export_run(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Export what a job asks for.

    Returns:
        See `exporting.exporter.export`; `file` is its name in `exports_folder`.

    Raises:
        RunError: If the run cannot be exported so; nothing is left behind.
        Stopped: From `report`; likewise.
    """
    sweep(workspace)
    runs = Runs(workspace, job.visitor)
    run = runs.get(job.request["run"])
    form = expect_exportable(run, job.request["format"])
    source = Source(
        facts(workspace, runs, run),
        run.results,
        read_bundle(run.results / BUNDLE) if form.is_network else None,
        _photo_set(workspace, run),
        float(job.request.get("max_loss", MAX_LOSS.default)),
    )
    name = f"{run.id}-{form.name}-{mark(run)}{formats.suffix_of(form, run.config)}"
    drop_others(workspace, f"{run.id}-{form.name}-", name)
    result = export(form, source, workspace.exports_folder / name, report)
    log.info("%s: %d bytes. %s", name, result["bytes"], parity.said(result))
    return result


def facts(workspace: Workspace, runs: Runs, run: Run) -> RunFacts:
    """What an export may tell of a run."""
    predictions = _predictions(runs, run)
    with workspace.database.reading() as session:
        record = session.get(PhotoSetRecord, run.photo_set_id)
        splits = record.splits if record else None
    return RunFacts(
        id=run.id,
        name=run.name,
        photo_set_name=run.photo_set_name,
        photo_set_id=run.photo_set_id,
        classes=run.classes,
        splits=splits,
        config=run.config,
        created_at=run.created_at,
        seconds=run.seconds,
        parameters=run.parameters,
        points=run.epochs,
        best_epoch=run.best_epoch,
        test=run.test,
        truth=predictions.truth if predictions else None,
        photo_indices=predictions.photo_indices if predictions else None,
        scenes=predictions.scenes if predictions else None,
        probabilities=predictions.probabilities if predictions else None,
        versions=run.versions,
        cross_validation=run.cross_validation,
        is_sealed=run.is_sealed,
        started_from=run.start_name,
    )


def _predictions(runs: Runs, run: Run) -> Predictions | None:
    """The answers that the run's first score comes from."""
    if run.score is not None and is_cross_validated(run.score):
        return runs.cross_validated(run.id)
    try:
        return runs.predictions(run.id)
    except RunError:  # they are one part of a report, and it can be made without
        return None


def _photo_set(workspace: Workspace, run: Run) -> PhotoSet | None:
    try:
        return PhotoSet.open(workspace.photo_sets_folder / run.photo_set_id)
    except PhotoSetError:
        return None


def expect_exportable(run: Run, name: str) -> Format:
    """The format of this name, if the run can be exported so.

    Raises:
        RunError: If there is no such format, a package for it is missing, or the run has not
            got far enough.
    """
    form = formats.wanted(name)
    if run.state in UNFINISHED:
        raise RunError(f"{run.name} is still running. Export it when it has ended.")
    if run.state == RunState.DAMAGED:
        raise RunError(
            f"The settings of {run.name} cannot be read any more, so nothing true could be told of "
            "it. Choose another run, or restore a backup."
        )
    if form.is_network and not run.can_answer:
        raise RunError(
            f"{run.name} ended before a model was kept, so there is no network to export. "
            "Choose another run, or train it again."
        )
    if form.name in (formats.SCRIPT, formats.NOTEBOOK) and run.started_from is not None:
        raise RunError(
            f"{run.name} started from the network of an earlier run, and a program would have to "
            "begin without it. Export that run's program, or this one as a network."
        )
    if form.name == formats.REPORT and not run.epochs:
        raise RunError(
            f"{run.name} ended before its first epoch, so there is nothing to report. Choose "
            "another run, or train it again."
        )
    return form


def request(run: Run, form: Format, max_loss: float = MAX_LOSS.default) -> dict[str, str]:
    """What a job is asked for, and by what it is found again.

    Args:
        run: Of which run.
        form: As what.
        max_loss: How many points 8 bits may cost; other forms do not care.

    Raises:
        SettingError: If that is no such number.
    """
    asked = {"run": run.id, "format": form.name, "mark": mark(run)}
    if form.name in formats.EIGHT_BIT:
        MAX_LOSS.check(max_loss)
        asked["max_loss"] = f"{max_loss:g}"
    return asked


def mark(run: Run) -> str:
    """What changes when an export of the run would say something else: its names, its progress."""
    scores = (str(run.test), str(run.cross_validation), str(run.is_sealed), run.results_name or "")
    told = (run.name, run.photo_set_name, run.state, str(len(run.epochs)), *scores)
    return short_hash("\n".join(told))


def short_hash(text: str) -> str:
    """Eight hexadecimal digits that tell texts apart, for the name of a file."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
