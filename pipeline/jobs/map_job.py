"""The map of a photo set as a job: of what a study has seen, or of what a run's network sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import PhotoSetError
from pipeline.files.cache import Cache
from pipeline.jobs.reporter import Reporter
from pipeline.tuning.neighbourhoods import neighbourhoods
from pipeline.tuning.photo_map import on_plane
from pipeline.tuning.run_map import Mapped
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE, Runs
from pipeline.workspace.studies import Studies, hashes
from pipeline.workspace.tables import JobRecord


def draw_map(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Work out where the photos of the job's set lie, and keep it; as its run sees them, if any.

    Of a study, four columns are kept: neighbourhoods, and the plane.

    Returns:
        `photo_set`, and how many `photos` it shows.

    Raises:
        PhotoSetError: If there is no such set, or nobody has studied its photos.
        PawTuneError: If the run cannot answer, or there is no room.
        Stopped: From `report`; nothing is kept.
    """
    if job.request.get("run"):
        return _draw_run_map(workspace, job, report)
    photo_set_id = job.request["photo_set"]
    photo_set = PhotoSets(workspace, job.visitor).open(photo_set_id)
    studies = Studies(workspace)
    features = studies.features(photo_set_id)
    pooled = None if features is None else features.rows(photo_set)
    if features is None or pooled is None:
        raise PhotoSetError("Study the photos first: a map shows what the network sees in them.")
    places = np.hstack([neighbourhoods(pooled, report), on_plane(pooled)])
    PhotoSets(workspace).expect(photo_set_id)  # it may have been deleted meanwhile
    studies.keep_map(photo_set_id, replace(features, sha256=hashes(photo_set)), places)
    return {"photo_set": photo_set_id, "photos": len(places)}


def _draw_run_map(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    runs = Runs(workspace, job.visitor)
    run = runs.get(job.request["run"])
    photo_set = PhotoSets(workspace, job.visitor).open(job.request["photo_set"])
    networks = _networks(run, runs.bundle_folder(run.id))
    Mapped(photo_set, *networks).make(Cache(workspace.cache_folder), report)
    return {"photo_set": photo_set.id, "run": run.id, "photos": len(photo_set.photos)}


def _networks(run: Run, bundle: Path) -> tuple[Classifier, Classifier | None]:
    """A run's network, and the one that its fine-tuning started from, if that was kept."""
    before = run.results / BEFORE
    earlier = Classifier(read_bundle(before)) if before.exists() else None
    return Classifier(read_bundle(bundle)), earlier
