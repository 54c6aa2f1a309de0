"""The map of a photo set as a job: t-SNE of what a study has seen, kept beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.errors import PhotoSetError
from pipeline.jobs.reporter import Reporter
from pipeline.tuning.neighbourhoods import neighbourhoods
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.studies import Studies, hashes
from pipeline.workspace.tables import JobRecord


def draw_map(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Work out where the photos of the job's set lie, and keep it.

    Returns:
        `photo_set`, and how many `photos` it shows.

    Raises:
        PhotoSetError: If there is no such set, or nobody has studied its photos.
        Stopped: From `report`; nothing is kept.
    """
    photo_set_id = job.request["photo_set"]
    photo_set = PhotoSets(workspace, job.visitor).open(photo_set_id)
    studies = Studies(workspace)
    features = studies.features(photo_set_id)
    pooled = None if features is None else features.rows(photo_set)
    if features is None or pooled is None:
        raise PhotoSetError("Study the photos first: a map shows what the network sees in them.")
    places = neighbourhoods(pooled, report)
    PhotoSets(workspace).expect(photo_set_id)  # it may have been deleted meanwhile
    studies.keep_map(photo_set_id, replace(features, sha256=hashes(photo_set)), places)
    return {"photo_set": photo_set_id, "photos": len(places)}
