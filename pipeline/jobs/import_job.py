"""Bringing photos into the workspace: one job, from the source to the rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import NothingUsable, QuotaError
from pipeline.jobs.reporter import Reporter
from pipeline.photos.class_names import UNLABELLED
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, Joining, import_photos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import open_source
from pipeline.photos.sources.opened import Opened, Saved
from pipeline.photos.sources.set_file import changed
from pipeline.workspace import photo_set_rows, quotas
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions


def import_source(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Import what the job's request names; a new photo set, or a new version of one.

    Returns:
        The job's result: `photo_set`, and what came: `received`, `accepted`, `rejected` (name
        and reason each), `notes`. Where nothing can be used, the same without `photo_set`,
        and `error`.

    Raises:
        PawTuneError: If the source cannot be read, or the photos cannot be kept.
        Stopped: From `report`; nothing is left behind.
    """
    request = job.request
    source, data_dir = request["source"], request.get("data_dir")
    base_id = (
        Versions(workspace, job.visitor).newest(request["into"]) if request.get("into") else None
    )
    base = PhotoSets(workspace, job.visitor).open(base_id) if base_id else None
    try:
        with (
            Decoder() as decoder,  # first: its processes start while the source is looked through
            open_source(
                source,
                workspace.downloads_folder,
                report,
                data_dir=Path(data_dir) if data_dir else None,
                title=request.get("name")
                if photo_set_rows.is_upload(workspace, Path(source))
                else None,
            ) as opened,
        ):
            imported = import_photos(
                opened.photos,
                workspace.photo_sets_folder,
                decoder,
                report,
                _joining(base, request.get("label"), opened.saved),
                total=opened.total,
            )
    except NothingUsable as nothing:
        rejected = photo_set_rows.as_rows(nothing.rejected)
        return {"error": str(nothing), "received": len(rejected), "rejected": rejected}
    finally:
        photo_set_rows.forget_upload(workspace, Path(source))
    if opened.saved and (note := changed(imported.photo_set.photos, opened.saved, base)):
        imported = replace(imported, notes=(note, *imported.notes))
    return _recorded(workspace, job, base_id, opened, imported)


def _recorded(
    workspace: Workspace,
    job: JobRecord,
    base_id: str | None,
    opened: Opened,
    imported: Imported,
) -> dict[str, Any]:
    visitor = job.visitor
    try:
        quotas.expect_may_keep(workspace, visitor, imported.photo_set, base_id)
    except QuotaError:
        photo_set_rows.remove_unrecorded(workspace, imported.photo_set.id)
        raise
    if base_id:
        row = Versions(workspace, visitor).add_photos(base_id, imported)
    else:
        name = job.request.get("name") or opened.title
        row = PhotoSets(workspace, visitor).add(imported, name, job.request["source"])
    return {
        "photo_set": row.id,
        "received": imported.received,
        "accepted": imported.accepted,
        "rejected": photo_set_rows.as_rows(imported.rejected),
        "notes": list(imported.notes),
    }


def _joining(base: PhotoSet | None, label: str | None, saved: Saved | None) -> Joining:
    """What the photos join; a saved set comes back as it was, unless it is added to another."""
    joining = Joining(base, label or UNLABELLED)
    if saved is None or base is not None:
        return joining
    return replace(joining, classes=saved.classes, seed=saved.seed, settled=True)
