"""The score of a run by all photos of its set, where that is small."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; runs of earlier versions have nothing in it."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(Column("cross_validation", JSON, nullable=True))
