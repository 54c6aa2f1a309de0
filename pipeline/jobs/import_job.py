"""Bringing photos into the workspace, from the source to the rows: as a job, or some at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import NothingUsable, PawTuneError
from pipeline.jobs.reporter import Reporter
from pipeline.photos.class_names import UNLABELLED
from pipeline.photos.decoding.clip_kinds import FRAMES_PER_SECOND
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.merging import Joining
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import open_source
from pipeline.photos.sources.layout import shown
from pipeline.photos.sources.opened import Saved
from pipeline.photos.sources.readings import Reading
from pipeline.photos.sources.set_file import changed
from pipeline.progress import silent
from pipeline.workspace import photo_set_rows, quotas
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file of the few that come at once.

    Attributes:
        name: As its owner shall know it. Data, never a path.
        data: Its bytes.
        label: What it shows.
        source: Where it comes from, such as "camera".
        clip: What it is to be held together with, see `Incoming.clip`.
    """

    name: str
    data: bytes
    label: str
    source: str
    clip: str | None = None


def import_source(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Import what the job's request names; a new photo set, or a new version of one.

    Returns:
        The job's result: `photo_set`, and what came: `received`, `accepted`, `rejected` (name
        and reason each), `notes`, and `layout`: how the files were understood. Where nothing can
        be used, the same without `photo_set`, and `error`. Where somebody has to say first how
        the files are meant, `layout` and `asks` alone; an upload then stays.

    Raises:
        PawTuneError: If the source cannot be read, or the photos cannot be kept.
        Stopped: From `report`; nothing is left behind.
    """
    result: dict[str, Any] = {}
    try:
        result = _import(workspace, job, report)
    finally:
        if not result.get("asks"):
            photo_set_rows.forget_upload(workspace, Path(job.request["source"]))
    return result


def _import(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    request = job.request
    source, data_dir = request["source"], request.get("data_dir")
    base_id = (
        Versions(workspace, job.visitor).newest(request["into"]) if request.get("into") else None
    )
    base = PhotoSets(workspace, job.visitor).open(base_id) if base_id else None
    understood: dict[str, Any] = {}
    try:
        with (
            _decoder(
                request
            ) as decoder,  # first: its processes start while the source is looked through
            open_source(
                source,
                workspace.downloads_folder,
                report,
                data_dir=Path(data_dir) if data_dir else None,
                title=request.get("name")
                if photo_set_rows.is_upload(workspace, Path(source))
                else None,
                code_page=request.get("code_page"),
                reading=Reading(request["reading"]) if request.get("reading") else None,
                loose_known=request.get("label") is not None,
            ) as opened,
        ):
            if opened.layout:
                understood = {"layout": opened.understood()}
                if request.get("asks") and not opened.is_plain:
                    return {**understood, "asks": True}
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
        return {
            "error": str(nothing),
            "received": len(rejected),
            "accepted": 0,
            "rejected": rejected,
            "notes": list(opened.notes),
            **understood,
        }
    if opened.saved and (note := changed(imported.photo_set.photos, opened.saved, base)):
        imported = replace(imported, notes=(note, *imported.notes))
    imported = replace(imported, notes=(*opened.notes, *imported.notes))
    name = request.get("name") or opened.title
    row = _keep(workspace, job.visitor, base_id, imported, name, shown(source))
    return {
        "photo_set": row.id,
        "received": imported.received,
        "accepted": imported.accepted,
        "rejected": photo_set_rows.as_rows(imported.rejected),
        "notes": list(imported.notes),
        **understood,
    }


def import_few(
    workspace: Workspace,
    visitor: str | None,
    decoder: Decoder,
    files: Sequence[OneFile],
    into: str | None,
    set_name: str,
) -> tuple[PhotoSetRow, Imported]:
    """Import some files at once, in the caller's process: what a job does, without the wait.

    Args:
        workspace: Where it is kept.
        visitor: Whose it will be.
        decoder: Who decodes.
        files: What comes, one at least, all from one source.
        into: Id of the photo set that it joins; a new one without.
        set_name: What a new set is called.

    Returns:
        The set or its new version, and what came: each file is accepted or rejected.

    Raises:
        NothingUsable: If none is a photo that can be used.
        PhotoSetError: If the set is not there, or photos are on their way into it.
        QuotaError: If the visitor has as much as allowed.
        DiskFullError: If the disk is full. In all four cases nothing is changed.
    """
    quotas.expect_room_for_upload(workspace, visitor, sum(len(file.data) for file in files))
    source = files[0].source
    photo_sets = PhotoSets(workspace, visitor)
    base_id = Versions(workspace, visitor).newest(into) if into else None
    with workspace.database.reading() as session:
        if base_id:
            album, _ = photo_sets.find_own(session, base_id)
            photo_set_rows.expect_no_import_into(
                session, album.id
            )  # it would find another newest set
        quotas.expect_may_import(session, workspace, visitor, source, base_id)
    imported = import_photos(
        [
            Incoming(file.name, file.label, None, partial(bytes, file.data), clip=file.clip)
            for file in files
        ],
        workspace.photo_sets_folder,
        decoder,
        silent,
        _joining(photo_sets.open(base_id) if base_id else None, files[0].label, None),
    )
    return _keep(workspace, visitor, base_id, imported, set_name, source), imported


def _decoder(request: dict[str, Any]) -> Decoder:
    """For photos and videos; jobs of an earlier version say nothing of those."""
    return Decoder(frames_per_second=request.get("frames_per_second") or FRAMES_PER_SECOND)


def _keep(
    workspace: Workspace,
    visitor: str | None,
    base_id: str | None,
    imported: Imported,
    name: str,
    source: str,
) -> PhotoSetRow:
    """Record what an import made, if the visitor may have that much; else its files go again."""
    try:
        quotas.expect_may_keep(workspace, visitor, imported.photo_set, base_id)
        if base_id:
            return Versions(workspace, visitor).add_photos(base_id, imported)
        return PhotoSets(workspace, visitor).add(imported, name, source)
    except PawTuneError:
        photo_set_rows.remove_unrecorded(workspace, imported.photo_set.id)
        raise


def _joining(base: PhotoSet | None, label: str | None, saved: Saved | None) -> Joining:
    """What the photos join; a saved set comes back as it was, unless it is added to another."""
    joining = Joining(base, label or UNLABELLED)
    if saved is None or base is not None:
        return joining
    return replace(joining, classes=saved.classes, seed=saved.seed, settled=True)
