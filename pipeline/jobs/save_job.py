"""Saves a photo set as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.jobs.export_job import short_hash
from pipeline.jobs.reporter import Reporter
from pipeline.photos.set_file import save
from pipeline.progress import Report
from pipeline.workspace.exports_folder import drop_others, sweep
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import JobRecord


def export_photo_set(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Save the photo set of a job's request as one file among the exports.

    Returns:
        The job's result: `photo_set`; `file`, its name in `exports_folder`; `bytes`, `photos`.

    Raises:
        PhotoSetError: If there is no such set, or it cannot be saved.
        Stopped: From `report`; nothing is left behind.
    """
    sweep(workspace)
    photo_sets = PhotoSets(workspace, job.visitor)
    row = photo_sets.get(job.request["photo_set"])
    # The name is in the file, so sets that are called differently get different files.
    name = f"{row.id}-{short_hash(row.name)}.zip"
    drop_others(workspace, f"{row.id}-", name)
    told = save_photo_set(photo_sets, row.id, workspace.exports_folder / name, report)
    return {**told, "file": name}


def save_photo_set(
    photo_sets: PhotoSets, photo_set_id: str, target: Path, report: Report
) -> dict[str, Any]:
    """Save a photo set as one file, wherever the caller may write.

    Returns:
        `photo_set`, `file`, `bytes` and `photos`.

    Raises:
        PhotoSetError: If there is no such set, or it cannot be saved.
        Stopped: From `report`; nothing is left behind.
    """
    row = photo_sets.get(photo_set_id)
    photo_set = photo_sets.open(photo_set_id)
    num_bytes = save(photo_set, row.name, target, report)
    return {
        "photo_set": row.id,
        "file": str(target),
        "bytes": num_bytes,
        "photos": len(photo_set.photos),
    }
