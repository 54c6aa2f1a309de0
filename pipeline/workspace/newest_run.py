"""Which run answers where none is named."""

from __future__ import annotations

from sqlalchemy import select

from pipeline.errors import RunError
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace import example, visitors
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import RunRecord


def newest_answering(workspace: Workspace, visitor: str | None) -> str:
    """Id of the newest run that can answer; the example's where there is no other.

    Args:
        workspace: Where the runs are kept.
        visitor: Whose they are; None looks at all.

    Raises:
        RunError: If there is none at all.
    """
    with workspace.database.reading() as session:
        mine = select(RunRecord.id).where(visitors.seen_by(visitor, RunRecord))
        newest = mine.where(RunRecord.can_answer).order_by(RunRecord.number.desc()).limit(1)
        found = session.scalars(newest).one_or_none()
    if found is None and not example.is_there():
        raise RunError("There is no run that can answer yet. Train one to its end first.")
    return found or EXAMPLE_ID
