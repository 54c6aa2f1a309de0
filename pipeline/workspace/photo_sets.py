"""The photo sets of the workspace: list, open, rename, delete."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from pipeline.cache import Cache
from pipeline.errors import PhotoSetError
from pipeline.photos.sets import Imported, PhotoSet
from pipeline.workspace.database import FileRecord, JobRecord, PhotoSetRecord, RunRecord
from pipeline.workspace.home import Workspace, as_time

NOTED_PHOTOS: Final = 200  # more than anybody reads


@dataclass(frozen=True, slots=True)
class PhotoSetRow:
    """What the database knows of a photo set.

    Attributes:
        id: First 16 hexadecimal digits of the SHA-256 of its manifest.
        name: What its owner calls it.
        source: Where it came from, as given to the import.
        classes: Class names; a photo's class index counts in this order.
        splits: Photos per split and class.
        received: Files that came; `accepted` and `rejected` add up to it.
        rejected: Name and reason of each file that was left out.
        notes: What its owner should know, one sentence each.
        bytes: Room that it takes on the disk.
        created_at: When it was imported.
    """

    id: str
    name: str
    source: str
    classes: tuple[str, ...]
    splits: dict[str, dict[str, int]]
    received: int
    rejected: tuple[dict[str, str], ...]
    notes: tuple[str, ...]
    bytes: int
    created_at: datetime

    @property
    def accepted(self) -> int:
        """Photos that are in the set."""
        return sum(sum(counts.values()) for counts in self.splits.values())

    @property
    def split_sizes(self) -> dict[str, int]:
        """Photos per split."""
        return {split: sum(counts.values()) for split, counts in self.splits.items()}


class PhotoSets:
    """The photo sets of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add(self, imported: Imported, name: str, source: str) -> PhotoSetRow:
        """Record a set that was just built; the same photos again are the same set."""
        photo_set = imported.photo_set
        with self._workspace.database.writing() as session:
            known = session.get(PhotoSetRecord, photo_set.id)
            if known is None:
                self._workspace.keep_files(session, photo_set.id, photo_set.folder)
            session.merge(
                PhotoSetRecord(
                    id=photo_set.id,
                    name=name,
                    source=source,
                    classes=list(photo_set.classes),
                    splits=photo_set.counts(),
                    received=imported.received,
                    rejected=[
                        {"name": error.name, "reason": error.reason} for error in imported.rejected
                    ],
                    notes=[*imported.notes, *_photo_notes(photo_set)],
                    bytes=sum(entry.stat().st_size for entry in photo_set.folder.iterdir()),
                )
            )
        return self.get(photo_set.id)

    def list(self) -> tuple[PhotoSetRow, ...]:
        """All photo sets, newest first."""
        with self._workspace.database.reading() as session:
            order = select(PhotoSetRecord).order_by(PhotoSetRecord.created_at.desc())
            return tuple(_row(record) for record in session.scalars(order))

    def get(self, photo_set_id: str) -> PhotoSetRow:
        """One photo set.

        Raises:
            PhotoSetError: If there is none of this id.
        """
        with self._workspace.database.reading() as session:
            return _row(_known(session.get(PhotoSetRecord, photo_set_id), photo_set_id))

    def open(self, photo_set_id: str) -> PhotoSet:
        """The photos themselves.

        Raises:
            PhotoSetError: If there is none of this id, or its files are damaged.
        """
        self.get(photo_set_id)
        return PhotoSet.open(self._workspace.photo_sets_folder / photo_set_id)

    def rename(self, photo_set_id: str, name: str) -> None:
        """Give the set another name; its identity and its runs stay.

        Raises:
            PhotoSetError: If the name is empty or there is no such set.
        """
        if not name.strip():
            raise PhotoSetError("A photo set needs a name. Type one and save again.")
        with self._workspace.database.writing() as session:
            record = _known(session.get(PhotoSetRecord, photo_set_id), photo_set_id)
            record.name = name.strip()

    def delete(self, photo_set_id: str) -> None:
        """Delete the set, its photos and what was decoded from them.

        Raises:
            PhotoSetError: If runs or waiting work still need it.
        """
        with self._workspace.database.writing() as session:
            record = _known(session.get(PhotoSetRecord, photo_set_id), photo_set_id)
            runs = session.scalars(
                select(RunRecord.name).where(RunRecord.photo_set_id == photo_set_id)
            ).all()
            if runs:
                raise PhotoSetError(
                    f"{record.name} cannot be deleted: {len(runs)} "
                    f"{'run was' if len(runs) == 1 else 'runs were'} trained on it. "
                    "Delete those on the Runs page first."
                )
            busy = session.scalars(
                select(JobRecord.id).where(JobRecord.kind == "import", JobRecord.state == "running")
            ).first()
            if busy is not None:
                raise PhotoSetError(
                    "Photos are being imported right now. Delete the set when that is done."
                )
            session.execute(delete(FileRecord).where(FileRecord.owner == photo_set_id))
            session.delete(record)
        shutil.rmtree(self._workspace.photo_sets_folder / photo_set_id, ignore_errors=True)
        Cache(self._workspace.cache_folder).clear(photo_set_id)


def _photo_notes(photo_set: PhotoSet) -> Iterator[str]:
    """What is odd about single photos, which were accepted nevertheless."""
    noted = [photo for photo in photo_set.photos if photo.note]
    yield from (f"{photo.name}: {photo.note}" for photo in noted[:NOTED_PHOTOS])
    if len(noted) > NOTED_PHOTOS:
        yield f"{len(noted) - NOTED_PHOTOS} more photos have such a note."


def _known(record: PhotoSetRecord | None, photo_set_id: str) -> PhotoSetRecord:
    if record is None:
        raise PhotoSetError(
            "There is no such photo set; it may have been deleted. Choose one on the Photos page. "
            f"Received: {photo_set_id!r}."
        )
    return record


def _row(record: PhotoSetRecord) -> PhotoSetRow:
    return PhotoSetRow(
        id=record.id,
        name=record.name,
        source=record.source,
        classes=tuple(record.classes),
        splits=record.splits,
        received=record.received,
        rejected=tuple(record.rejected),
        notes=tuple(record.notes),
        bytes=record.bytes,
        created_at=as_time(record.created_at),
    )
