"""The photo sets of the workspace: list, open, rename, delete.

What people call a photo set is an album: every change gives a new version of it, and each
version is a photo set that never changes (`pipeline.workspace.versions`).
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import PhotoSetError
from pipeline.photos.checkup import readiness
from pipeline.photos.importing import Imported
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.noted_photos import photo_notes
from pipeline.workspace import photo_set_rows, visitors
from pipeline.workspace.home import Workspace, as_time, new_id
from pipeline.workspace.tables import AlbumRecord, PhotoSetRecord, VersionRecord


@dataclass(frozen=True, slots=True)
class PhotoSetRow:
    """What the database knows of a photo set.

    Attributes:
        id: First 16 hexadecimal digits of the SHA-256 of its manifest.
        album_id: The album that it is a version of.
        name: What its owner calls the album.
        source: Where it came from, as given to the import.
        version: Which version of the album it is, from 1.
        versions: How many versions there are now.
        change: What made this version, in a sentence.
        can_undo: Whether there is an earlier version to go back to.
        can_redo: Whether a change was undone and can be had back.
        classes: Class names; a photo's class index counts in this order.
        splits: Photos per split and class.
        received: Files that came; `accepted`, `rejected` and `removed` add up to it.
        rejected: Name and reason of each file that was left out.
        notes: What its owner should know, one sentence each.
        bytes: Room that it takes on the disk, some of it shared with other versions.
        created_at: When this version was made.
    """

    id: str
    album_id: str
    name: str
    source: str
    version: int
    versions: int
    change: str
    can_undo: bool
    can_redo: bool
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
    def removed(self) -> int:
        """Photos that were accepted and that their owner took out again."""
        return self.received - self.accepted - len(self.rejected)

    @property
    def is_newest(self) -> bool:
        """Whether no later version replaces it."""
        return self.version == self.versions

    @property
    def split_sizes(self) -> dict[str, int]:
        """Photos per split."""
        return {split: sum(counts.values()) for split, counts in self.splits.items()}

    @property
    def class_sizes(self) -> dict[str, int]:
        """Photos per class."""
        return readiness.class_sizes(self.splits, self.classes)

    @property
    def missing(self) -> tuple[str, ...]:
        """What keeps it from being trained on, in sentences; usually nothing."""
        return readiness.missing(self.splits, self.classes)


class PhotoSets:
    """The photo sets of one workspace, as one visitor sees them.

    Args:
        workspace: Where they are kept.
        visitor: Whose they are, where several people share a server; None sees all.
    """

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor

    def add(self, imported: Imported, name: str, source: str) -> PhotoSetRow:
        """Record a set that was just imported; the same photos again are the same set."""
        notes = [*imported.notes, *photo_notes(imported.photo_set.photos)]
        with self._workspace.database.writing() as session:
            photo_set_rows.keep(session, self._workspace, imported.photo_set, name, source)
            album_id = self._album_of(session, imported.photo_set.id)
            if album_id is None:
                album_id = new_id("album")
                session.add(
                    AlbumRecord(id=album_id, name=name, source=source, visitor=self._visitor)
                )
                session.flush()
            else:
                photo_set_rows.forget_import(session, album_id, imported.photo_set.id)
            session.add(
                VersionRecord(
                    album_id=album_id,
                    photo_set_id=imported.photo_set.id,
                    change="Imported",
                    received=imported.received,
                    rejected=photo_set_rows.as_rows(imported.rejected),
                    notes=notes,
                )
            )
        return self.get(imported.photo_set.id)

    def _album_of(self, session: Session, photo_set_id: str) -> str | None:
        """This visitor's album whose only version this very set is."""
        mine = select(AlbumRecord).where(AlbumRecord.visitor == self._visitor)
        for album in session.scalars(mine):
            versions = photo_set_rows.versions(session, album.id)
            if [version.photo_set_id for version in versions] == [photo_set_id]:
                return album.id
        return None

    def list(self, own_only: bool = False) -> tuple[PhotoSetRow, ...]:
        """The newest version of every album, or of one's own alone; the newest album first."""
        order = select(AlbumRecord).where(visitors.seen_by(self._visitor, AlbumRecord))
        with self._workspace.database.reading() as session:
            albums = session.scalars(order.order_by(AlbumRecord.created_at.desc(), AlbumRecord.id))
            heads = [(album, photo_set_rows.head(session, album.id)) for album in albums.all()]
            mine = {head.photo_set_id for album, head in heads if self._owns(album)}
            return tuple(
                _row(session, album, head)
                for album, head in heads
                # One's own copy of a public set stands for both: they have one id.
                if self._owns(album) or not (own_only or head.photo_set_id in mine)
            )

    def get(self, photo_set_id: str) -> PhotoSetRow:
        """One photo set, whichever version of its album.

        Raises:
            PhotoSetError: If there is none of this id.
        """
        with self._workspace.database.reading() as session:
            return _row(session, *self.find(session, photo_set_id))

    def expect(self, photo_set_id: str) -> None:
        """Check that there is such a set, quicker than `get`.

        Raises:
            PhotoSetError: If there is none of this id.
        """
        with self._workspace.database.reading() as session:
            if photo_set_rows.album_name(session, photo_set_id, self._visitor) is None:
                raise _unknown(photo_set_id)

    def open(self, photo_set_id: str) -> PhotoSet:
        """The photos themselves.

        Raises:
            PhotoSetError: If there is none of this id, or its files are damaged.
        """
        self.expect(photo_set_id)
        return PhotoSet.open(self._workspace.photo_sets_folder / photo_set_id)

    def rename(self, photo_set_id: str, name: str) -> None:
        """Give the set another name; its identity, its versions and its runs stay.

        Raises:
            PhotoSetError: If the name is empty, there is no such set, or it is everybody's.
        """
        if not name.strip():
            raise PhotoSetError("A photo set needs a name. Type one and save again.")
        with self._workspace.database.writing() as session:
            album, _ = self.find_own(session, photo_set_id)
            album.name = name.strip()

    def delete(self, photo_set_id: str) -> None:
        """Delete the set in all its versions, its photos and what was decoded from them.

        Raises:
            PhotoSetError: If runs or waiting work still need it, or it is everybody's.
        """
        with self._workspace.database.writing() as session:
            album, _ = self.find_own(session, photo_set_id)
            photo_set_rows.delete_album(session, album, self._visitor)
            if photo_set_rows.importing(session):
                raise PhotoSetError(
                    "Photos are being imported right now. Delete the set when that is done."
                )
            gone = photo_set_rows.drop_unused(session, self._workspace)
        photo_set_rows.remove(self._workspace, gone)

    def find(self, session: Session, photo_set_id: str) -> tuple[AlbumRecord, VersionRecord]:
        """The album and version of a photo set, in the caller's transaction.

        Raises:
            PhotoSetError: If this visitor has none of this id.
        """
        order = select(VersionRecord).where(VersionRecord.photo_set_id == photo_set_id)
        candidates = [
            (album, version)
            for version in session.scalars(order)
            if (album := session.get(AlbumRecord, version.album_id))
            and visitors.sees(self._visitor, album)
        ]
        if not candidates:
            raise _unknown(photo_set_id)

        def importance(pair: tuple[AlbumRecord, VersionRecord]) -> tuple[bool, bool, bool, int]:
            album, version = pair
            is_head = photo_set_rows.head(session, album.id).number == version.number
            return self._owns(album), is_head, not version.undone, version.number

        return max(candidates, key=importance)

    def find_own(self, session: Session, photo_set_id: str) -> tuple[AlbumRecord, VersionRecord]:
        """The same, for those who are about to change it.

        Raises:
            PhotoSetError: If this visitor has none of this id, or it is everybody's.
        """
        album, version = self.find(session, photo_set_id)
        if not self._owns(album):
            raise PhotoSetError(
                f"{album.name} belongs to everybody here and stays as it is. Import its photos "
                "yourself, or other ones, and you have a set of your own to change."
            )
        return album, version

    def _owns(self, album: AlbumRecord) -> bool:
        return visitors.owns(self._visitor, album)


def _unknown(photo_set_id: str) -> PhotoSetError:
    return PhotoSetError(
        "There is no such photo set; it may have been deleted. Choose one on the Photos page. "
        f"Received: {photo_set_id!r}."
    )


def _row(session: Session, album: AlbumRecord, version: VersionRecord) -> PhotoSetRow:
    record = session.get(PhotoSetRecord, version.photo_set_id)
    assert record is not None
    versions = photo_set_rows.versions(session, album.id)
    numbers: builtins.list[int] = [one.number for one in versions]
    place = numbers.index(version.number) + 1 if version.number in numbers else 0
    return PhotoSetRow(
        id=record.id,
        album_id=album.id,
        name=album.name,
        source=album.source,
        version=place,
        versions=len(versions),
        change=version.change,
        can_undo=place == len(versions) > 1,
        can_redo=place == len(versions)
        and photo_set_rows.next_undone(session, version) is not None,
        classes=tuple(record.classes),
        splits=record.splits,
        received=version.received,
        rejected=tuple(version.rejected),
        notes=tuple(version.notes),
        bytes=record.bytes,
        created_at=as_time(version.created_at),
    )
