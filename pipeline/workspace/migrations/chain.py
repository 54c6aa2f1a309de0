"""Runs the revisions in `versions/`, one after the other, with Alembic.

Without its command line: no `alembic.ini`, no `env.py`; the connection is ours, and so is the
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pipeline.errors import WorkspaceError

FOLDERS: Final = (Path(__file__).parent / "versions",)


def scripts() -> ScriptDirectory:
    """The revisions, as Alembic reads them."""
    return ScriptDirectory(str(Path(__file__).parent), version_locations=list(FOLDERS))


def upgrade(connection: Connection, revision: str | None, version_table: str) -> None:
    """Bring the tables to the newest revision, in the caller's transaction.

    Args:
        connection: To the database, alone in it, within a transaction.
        revision: That of the tables now; None before there were revisions.
        version_table: The table that names the revision.

    Raises:
        WorkspaceError: If `revision` is not one of ours.
    """
    known = scripts()
    if revision not in {None, *(script.revision for script in known.walk_revisions())}:
        raise WorkspaceError(
            "A newer PawTune has used this workspace, and this one cannot read what it wrote. "
            "Start the newer one, or set PAWTUNE_HOME to another folder."
        )

    def to_do(_revisions: Any, _context: Any) -> Iterator[MigrationStep]:
        for script in reversed(list(known.iterate_revisions("head", revision or "base"))):
            yield MigrationStep.upgrade_from_script(known.revision_map, script)

    context = MigrationContext.configure(
        connection, opts={"fn": to_do, "version_table": version_table}
    )
    with Operations.context(context):
        context.run_migrations()
