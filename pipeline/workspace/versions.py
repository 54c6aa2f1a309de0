"""The versions of a photo set: change it, take a change back, forget what was before.

Every change makes a new photo set, which shares its photos with the one before; runs keep
the version that they learned from.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.errors import PawTuneError, PhotoSetError
from pipeline.photos import writing
from pipeline.photos.editing import UNCHANGED, Edit
from pipeline.photos.importing import Imported
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.noted_photos import photo_notes
from pipeline.wording.numbers import photos
from pipeline.workspace import photo_set_rows, quotas, visitors
from pipeline.workspace.home import Workspace, as_time
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.studies import Studies
from pipeline.workspace.tables import AlbumRecord, PhotoSetRecord, RunRecord, VersionRecord

KEPT_VERSIONS: Final = 20  # so many changes can be taken back


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an album.

    Attributes:
        photo_set_id: Its photos.
        number: Its place among the versions, from 1.
        change: What made it, in a sentence.
        photos: How many photos it has.
        runs: How many runs were trained on it.
        created_at: When it was made.
    """

    photo_set_id: str
    number: int
    change: str
    photos: int
    runs: int
    created_at: datetime


class Versions:
    """Changes to the photo sets of one workspace; see `PhotoSets` for the arguments."""

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor
        self._photo_sets = PhotoSets(workspace, visitor)

    def edit(self, photo_set_id: str, edit: Edit) -> PhotoSetRow:
        """Apply a change to the newest version of an album.

        Raises:
            PhotoSetError: If the change cannot be made, changes nothing, or somebody else was
                quicker; everything is as before.
            QuotaError: If a visitor may keep no more; likewise.
        """
        self._expect_quiet(photo_set_id)
        quotas.expect_room_for_upload(self._workspace, self._visitor, 0)
        base = self._photo_sets.open(photo_set_id)
        content = edit.apply(base.content)
        if content == base.content:
            raise PhotoSetError(UNCHANGED)
        looks = writing.looks_of(base)
        made = writing.write(content, looks, {}, base, self._workspace.photo_sets_folder)
        try:
            with self._workspace.database.writing() as session:
                album, version = self._newest(session, photo_set_id)
                photo_set_rows.expect_no_import_into(session, album.id)
                self._append(session, album, version, made, edit.sentence(base.content))
                gone = photo_set_rows.drop_unused(session, self._workspace)
        except PawTuneError:
            photo_set_rows.remove_unrecorded(self._workspace, made.id)
            raise
        photo_set_rows.remove(self._workspace, gone)
        return self._photo_sets.get(made.id)

    def confirm_labels(self, photo_set_id: str, chosen: Collection[int]) -> None:
        """Remember that some photos are labelled right, so that nobody is asked again.

        Args:
            photo_set_id: Of the newest version of an album.
            chosen: Positions of the photos in it.

        Raises:
            PhotoSetError: If it is not the newest version, or everybody's.
        """
        photo_set = self._photo_sets.open(photo_set_id)
        with self._workspace.database.reading() as session:
            self._newest(session, photo_set_id)
        said = [photo_set.photos[index].sha256 for index in chosen]
        Studies(self._workspace).confirm(photo_set_id, said)

    def add_photos(self, photo_set_id: str, imported: Imported) -> PhotoSetRow:
        """Record that an import's photos joined a set, as its new version.

        Raises:
            PhotoSetError: If the set was changed meanwhile.
        """
        accepted, made = imported.accepted, imported.photo_set
        change = f"{photos(accepted)} added"
        with self._workspace.database.writing() as session:
            album, version = self._newest(session, photo_set_id)
            if made.id == photo_set_id:
                added = version  # nothing new came of it; what was left out is told all the same
            else:
                added = self._append(session, album, version, made, change)
            added.received = version.received + imported.received
            added.rejected = [*version.rejected, *photo_set_rows.as_rows(imported.rejected)]
            added.notes = [*imported.notes, *photo_notes(made.photos)]
            gone = photo_set_rows.drop_unused(session, self._workspace)
        photo_set_rows.remove(self._workspace, gone)
        return self._photo_sets.get(made.id)

    def newest(self, photo_set_id: str) -> str:
        """Id of the newest version of a photo set.

        Raises:
            PhotoSetError: If there is no such set.
        """
        with self._workspace.database.reading() as session:
            album, _ = self._photo_sets.find(session, photo_set_id)
            return photo_set_rows.head(session, album.id).photo_set_id

    def undo(self, photo_set_id: str) -> PhotoSetRow:
        """Go back to the version before.

        Raises:
            PhotoSetError: If there is none.
            QuotaError: If a visitor would have too many photos.
        """
        with self._workspace.database.writing() as session:
            album, version = self._newest(session, photo_set_id)
            photo_set_rows.expect_no_import_into(session, album.id)
            if len(photo_set_rows.versions(session, album.id)) < 2:
                raise PhotoSetError("There is no change to take back.")
            version.undone = True
            session.flush()
            back = photo_set_rows.head(session, album.id).photo_set_id
            quotas.expect_may_show(session, self._visitor, back, photo_set_id)
        return self._photo_sets.get(back)

    def redo(self, photo_set_id: str) -> PhotoSetRow:
        """Make a change again that was just taken back.

        Raises:
            PhotoSetError: If there is none.
            QuotaError: If a visitor would have too many photos.
        """
        with self._workspace.database.writing() as session:
            album, version = self._newest(session, photo_set_id)
            photo_set_rows.expect_no_import_into(session, album.id)
            undone = photo_set_rows.next_undone(session, version)
            if undone is None:
                raise PhotoSetError("There is no change to make again.")
            undone.undone = False
            again = undone.photo_set_id
            quotas.expect_may_show(session, self._visitor, again, photo_set_id)
        return self._photo_sets.get(again)

    def history(self, photo_set_id: str) -> tuple[Version, ...]:
        """The versions of a set's album, newest first."""
        with self._workspace.database.reading() as session:
            album, _ = self._photo_sets.find(session, photo_set_id)
            return tuple(
                _version(session, number, record, self._visitor)
                for number, record in enumerate(photo_set_rows.versions(session, album.id), start=1)
            )[::-1]

    def forget_earlier(self, photo_set_id: str) -> int:
        """Delete all versions but the newest, with the photos that only they have.

        Versions that runs were trained on stay.

        Returns:
            How many versions are gone.

        Raises:
            PhotoSetError: If photos are being imported right now.
        """
        with self._workspace.database.writing() as session:
            if photo_set_rows.importing(session):
                raise PhotoSetError(
                    "Photos are being imported right now. Forget the versions when that is done."
                )
            album, newest = self._newest(session, photo_set_id)
            everything = photo_set_rows.versions(session, album.id, undone=True)
            photo_set_rows.forget(
                session, [one for one in everything if one.number != newest.number]
            )
            left = photo_set_rows.versions(session, album.id, undone=True)
            gone = photo_set_rows.drop_unused(session, self._workspace)
        photo_set_rows.remove(self._workspace, gone)
        return len(everything) - len(left)

    def _expect_quiet(self, photo_set_id: str) -> None:
        """Say at once what `edit` would find out after it has written the new version."""
        with self._workspace.database.reading() as session:
            album, _ = self._newest(session, photo_set_id)
            photo_set_rows.expect_no_import_into(session, album.id)

    def _newest(self, session: Session, photo_set_id: str) -> tuple[AlbumRecord, VersionRecord]:
        album, version = self._photo_sets.find_own(session, photo_set_id)
        if photo_set_rows.head(session, album.id).number != version.number:
            raise PhotoSetError(
                f"{album.name} has a newer version than the one you see, and only the newest is "
                "changed. Look at that one, then do it again."
            )
        return album, version

    def _append(
        self,
        session: Session,
        album: AlbumRecord,
        before: VersionRecord,
        made: PhotoSet,
        change: str,
    ) -> VersionRecord:
        """Put a new version on top; what was undone can no longer come back."""
        photo_set_rows.keep(session, self._workspace, made, album.name, album.source)
        everything = photo_set_rows.versions(session, album.id, undone=True)
        photo_set_rows.forget(session, [one for one in everything if one.undone])
        added = VersionRecord(
            album_id=album.id,
            photo_set_id=made.id,
            change=change,
            received=before.received,
            rejected=before.rejected,
            notes=list(photo_notes(made.photos)),
        )
        session.add(added)
        session.flush()
        Studies(self._workspace).carry(before.photo_set_id, made.id)
        photo_set_rows.forget(session, photo_set_rows.versions(session, album.id)[:-KEPT_VERSIONS])
        return added


def _version(session: Session, number: int, record: VersionRecord, visitor: str | None) -> Version:
    photo_set = session.get(PhotoSetRecord, record.photo_set_id)
    assert photo_set is not None
    count = select(func.count()).where(
        RunRecord.photo_set_id == record.photo_set_id, visitors.seen_by(visitor, RunRecord)
    )
    return Version(
        photo_set_id=record.photo_set_id,
        number=number,
        change=record.change,
        photos=sum(sum(counts.values()) for counts in photo_set.splits.values()),
        runs=session.scalar(count) or 0,
        created_at=as_time(record.created_at),
    )
