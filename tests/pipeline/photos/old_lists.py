"""Lists that earlier versions of PawTune wrote."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import REPOSITORY

OLD: Path = REPOSITORY / "tests" / "old_files"


FIRST, SECOND, SAVED = (
    (OLD / f"{name}.json").read_bytes() for name in ("photo_set_1", "photo_set_2", "saved_set_1")
)
SEED = 2**63  # the largest that there can be
DEEP = b"[" * 100_000
