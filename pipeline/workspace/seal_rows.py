"""Whether a score on test photos may be seen: the one place that decides; joins a transaction.

Whoever seals the test photos of a set hides what every run says about them, whichever version of
the set it learned from, until the seal is opened for one run. What was made before stays on the
disk: `Runs` asks here before it hands anything out, and everybody gets it from there.
"""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.workspace.tables import AlbumRecord, RunRecord, SealRecord, VersionRecord


def seals_over(session: Session, photo_set_id: str, visitor: str | None) -> list[SealRecord]:
    """The seals that lie on a photo set, as a version of one's own albums or of everybody's."""
    albums = (
        select(VersionRecord.album_id)
        .join(AlbumRecord, AlbumRecord.id == VersionRecord.album_id)
        .where(
            VersionRecord.photo_set_id == photo_set_id,
            or_(AlbumRecord.visitor.is_(None), AlbumRecord.visitor == visitor),
        )
    )
    return list(session.scalars(select(SealRecord).where(SealRecord.album_id.in_(albums))))


def is_sealed(session: Session, record: RunRecord) -> bool:
    """Whether what is counted of a run now must leave out its test photos.

    Also where the seal is open: what it was opened for is one score of one run.
    """
    return bool(seals_over(session, record.photo_set_id, record.visitor))


def is_shut(session: Session, photo_set_id: str, visitor: str | None) -> bool:
    """Whether the test photos of a set are sealed, and the seal was not opened yet."""
    return any(seal.run_id is None for seal in seals_over(session, photo_set_id, visitor))


def hides(
    session: Session, photo_set_id: str, record: RunRecord, visitor: str | None = None
) -> bool:
    """Whether what a run says about the test photos of a set must not be seen.

    Args:
        session: The caller's transaction.
        photo_set_id: Mostly the run's own.
        record: The run.
        visitor: Who looks, if not whoever trained it.
    """
    seals = seals_over(session, photo_set_id, visitor or record.visitor)
    # A run that went on after its test was opened would be tested a second time.
    return any(seal.run_id != record.id or seal.test != record.test for seal in seals)


def count(session: Session, record: RunRecord) -> None:
    """Note that one more run was trained on the photos beside a sealed test."""
    for seal in seals_over(session, record.photo_set_id, record.visitor):
        if seal.run_id is None:
            seal.runs += 1


def judged(session: Session, album_id: str) -> list[RunRecord]:
    """The runs on any version of an album that were asked about its test photos."""
    versions = select(VersionRecord.photo_set_id).where(VersionRecord.album_id == album_id)
    found = session.scalars(select(RunRecord).where(RunRecord.photo_set_id.in_(versions)))
    return [record for record in found if record.test is not None]
