"""The database's clock: the one that all computers which share its rows have in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement


class Now(FunctionElement[float]):
    """Seconds since 1970, UTC, as a statement is carried out; not when its transaction began."""

    type = Float()
    inherit_cache = True


@compiles(Now, "sqlite")
def _on_sqlite(_element: Now, _compiler: Any, **_known: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now, "postgresql")
def _on_postgresql(_element: Now, _compiler: Any, **_known: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


def now(session: Session) -> float:
    """What time it is there, in seconds since 1970."""
    moment: float = session.scalars(select(Now())).one()
    return moment
