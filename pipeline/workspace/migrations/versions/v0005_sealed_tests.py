"""Test photos that can be sealed, and opened once."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table; no set of an earlier version is sealed."""
    op.create_table(
        "seals",
        Column(
            "album_id", String(40), ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("runs_before", Integer, nullable=False),
        Column("runs", Integer, nullable=False),
        Column("run_id", String(40), nullable=True),
        Column("test", JSON, nullable=True),
        Column("opened_at", Float, nullable=True),
        Column("created_at", Float, nullable=False),
    )
