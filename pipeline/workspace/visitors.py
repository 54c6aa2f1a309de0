"""Whose rows are whose, where several people share a server: the one place with the rule.

A row that has a visitor belongs to that visitor and is invisible to all others. A row without
one is public: everybody sees it, no visitor changes it. Who looks as None (on one's own
computer, the command line, a worker) sees and changes everything.

A visitor's name is never taken from what somebody typed or from an address: pages get it from
`pages.ui.visitor` alone and hand it to the stores when they are made.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from pipeline.workspace.tables import AlbumRecord, JobRecord, RunRecord, SweepRecord

Owned = AlbumRecord | JobRecord | RunRecord | SweepRecord


def sees(visitor: str | None, record: Owned) -> bool:
    """Whether `visitor` may know that this row exists."""
    return visitor is None or record.visitor in (None, visitor)


def owns(visitor: str | None, record: Owned) -> bool:
    """Whether `visitor` may change this row."""
    return visitor is None or record.visitor == visitor


def seen_by(visitor: str | None, kind: type[Owned]) -> ColumnElement[bool]:
    """`sees`, for the rows that a query looks at."""
    if visitor is None:
        return true()
    return or_(kind.visitor.is_(None), kind.visitor == visitor)
