"""Runs that start from the network of an earlier one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a column to the runs; none of an earlier version started from another."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(Column("started_from", JSON, nullable=True))
