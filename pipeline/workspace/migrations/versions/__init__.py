"""One file for each revision of the tables; Alembic orders them by their `down_revision`."""
