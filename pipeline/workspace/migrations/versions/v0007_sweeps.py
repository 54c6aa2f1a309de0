"""Sweeps, and the runs that belong to them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table; no run of an earlier version belongs to a sweep."""
    op.create_table(
        "sweeps",
        Column("number", Integer, primary_key=True, autoincrement=True),
        Column("id", String(40), nullable=False, unique=True),
        Column(
            "photo_set_id",
            String(40),
            ForeignKey("photo_sets.id", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("job_id", String(40), nullable=False),
        Column("visitor", String(64), nullable=True),
        Column("plan", JSON, nullable=False),
        Column("outcome", JSON, nullable=True),
        Column("seconds", Float, nullable=False),
        Column("created_at", Float, nullable=False),
    )
    for column in ("job_id", "visitor"):
        op.create_index(f"ix_sweeps_{column}", "sweeps", [column])
    with op.batch_alter_table("runs") as runs:
        runs.add_column(Column("sweep", JSON, nullable=True))
