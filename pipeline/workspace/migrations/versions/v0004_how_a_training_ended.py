"""What ended a training early, and where the results of one that went on are."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add two columns to the runs; those of earlier versions have neither."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(Column("early_end", JSON, nullable=True))
        runs.add_column(Column("results", String(20), nullable=True))
