"""What a job does as data, where 0.1 had a sentence."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, String, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns of `progress.Stage`; jobs of earlier versions have none of them."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(Column("step", String(40), nullable=True))
        jobs.add_column(Column("about", Text, nullable=True))
        jobs.add_column(Column("phase", String(20), nullable=True))
        jobs.add_column(Column("epoch", Integer, nullable=True))
        jobs.add_column(Column("epochs", Integer, nullable=True))
