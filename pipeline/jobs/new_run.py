"""The row of a run that is about to be queued."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import PhotoSetError
from pipeline.photos.checkup import readiness
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import visitors
from pipeline.workspace.home import new_id
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import PhotoSetRecord, RunRecord


def new_run(
    session: Session,
    photo_sets: PhotoSets,
    visitor: str | None,
    photo_set_id: str,
    config: TrainConfig,
    name: str | None,
) -> RunRecord:
    """A run of these settings on these photos, which no job works on yet.

    Args:
        session: The transaction; the row is not added to it.
        photo_sets: Those that `visitor` sees.
        visitor: Whose run it will be.
        photo_set_id: The photos.
        config: The settings.
        name: What to call it; None: as the set, with a number.

    Raises:
        PhotoSetError: If there is no such photo set, or it cannot be trained on yet.
    """
    set_name = expect_trainable(session, photo_sets, photo_set_id)
    return RunRecord(
        id=new_id("run"),
        name=name or _next_name(session, visitor, set_name),
        photo_set_id=photo_set_id,
        visitor=visitor,
        config=config.to_json(),
    )


def _next_name(session: Session, visitor: str | None, set_name: str) -> str:
    """`Mia and Rex, run 2`: counted set by set, and never one that was given before."""
    start = f"{set_name}, run "
    names = session.scalars(select(RunRecord.name).where(visitors.seen_by(visitor, RunRecord)))
    found = [re.match(r"\d+", name.removeprefix(start)) for name in names if name.startswith(start)]
    return f"{start}{max((int(number[0]) for number in found if number), default=0) + 1}"


def expect_trainable(session: Session, photo_sets: PhotoSets, photo_set_id: str) -> str:
    """Check that a set can be trained on; what its visitor calls it.

    Raises:
        PhotoSetError: If there is no such photo set, or it cannot be trained on yet.
    """
    album, _ = photo_sets.find(session, photo_set_id)
    photo_set = session.get_one(PhotoSetRecord, photo_set_id)
    if missing := readiness.missing(photo_set.splits, photo_set.classes):
        raise PhotoSetError(f"{album.name} cannot be trained on yet. {' '.join(missing)}")
    return album.name
