"""Files and photo sets above 2 GiB."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make room for the numbers; SQLite's whole numbers hold them as they are."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in ("photo_sets", "files"):
        op.alter_column(table, "bytes", type_=BigInteger, existing_nullable=False)
