"""Who does a job, which attempt at it counts, and when it was last heard of."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, Integer, String, Text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; work that an earlier version began has no executor."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(Column("executor", String(20), nullable=True))
        jobs.add_column(Column("host", String(255), nullable=True))
        jobs.add_column(Column("handle", Text, nullable=True))
        jobs.add_column(Column("attempt", Integer, nullable=False, server_default="0"))
        jobs.add_column(Column("heartbeat_at", Float, nullable=True))
