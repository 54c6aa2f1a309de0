"""A small cache, and files that are made in it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.files.atomic import STAGING_MARK
from pipeline.files.cache import Cache
from pipeline.files.locks import Lease

KB = 1000


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", limit_bytes=10 * KB)


def get(cache: Cache, key: str, size: int = 3 * KB, made: list[str] | None = None) -> Lease:
    """A lease on a file of this size, made where it is not there."""

    def make(path: Path) -> None:
        path.write_bytes(bytes(size))
        if made is not None:
            made.append(key)

    return cache.file(key, make, size)


def used_before(cache: Cache, key: str, hours: float) -> None:
    """Make an entry look as if it was last used so long ago."""
    at = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(cache.folder / key, (at, at))


def keys(cache: Cache) -> set[str]:
    """What the cache holds."""
    return {entry.key for entry in cache.entries()}


def left_behind(cache: Cache) -> list[str]:
    """Everything in the folder but entries and the one lock that stays."""
    names = [path.name for path in cache.folder.iterdir() if path.name.startswith(STAGING_MARK)]
    return names + [path.name for path in (cache.folder / "locks").iterdir() if path.suffix]
