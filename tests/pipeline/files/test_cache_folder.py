"""Room in the cache's folder: what goes first, what stays, what may go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import CacheFull
from pipeline.files import cache_folder
from pipeline.files.cache import Cache, key_of
from tests.pipeline.files.conftest import KB, get, keys, left_behind, used_before


def test_what_was_not_used_for_longest_goes_first(cache: Cache) -> None:
    for hours, key in enumerate(["new", "old", "older"], 1):
        get(cache, key).release()
        used_before(cache, key, hours)
    get(cache, "older").release()  # used again
    get(cache, "more").release()
    assert keys(cache) == {"new", "older", "more"}
    assert sum(entry.bytes for entry in cache.entries()) <= cache.limit_bytes


def test_what_is_in_use_stays(cache: Cache) -> None:
    with get(cache, "old"), get(cache, "other"):
        used_before(cache, "old", 9)
        get(cache, "new").release()
        assert not cache.room_for(5 * KB)
        with pytest.raises(CacheFull, match="PAWTUNE_CACHE_GIB"):
            get(cache, "large", 5 * KB)
        assert keys(cache) == {"old", "other", "new"}, "nothing goes in vain"
        assert cache.room_for(4 * KB)
        get(cache, "large", 4 * KB).release()
        assert keys(cache) == {"old", "other", "large"}
    assert cache.room_for(10 * KB)
    get(cache, "all", 10 * KB).release()
    assert keys(cache) == {"all"}


def test_more_than_the_limit_never_fits(cache: Cache) -> None:
    assert not cache.room_for(11 * KB)
    with pytest.raises(CacheFull, match="Choose a smaller image size"):
        get(cache, "a", 11 * KB)
    assert left_behind(cache) == []


def test_what_is_being_made_counts(cache: Cache) -> None:
    def make(path: Path) -> None:
        assert cache.room_for(3 * KB)
        assert not cache.room_for(4 * KB)
        with pytest.raises(CacheFull):
            get(cache, "b", 4 * KB)
        get(cache, "c", 3 * KB).release()
        path.write_bytes(bytes(7 * KB))

    cache.file("a", make, 7 * KB).release()
    assert keys(cache) == {"a", "c"}


def test_a_disk_with_little_room(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    get(cache, "old", 6 * KB).release()
    get(cache, "used").release()
    spare = cache_folder._SPARE_BYTES
    real = shutil.disk_usage(cache.folder)

    def little(_: object) -> object:
        there = (cache.folder / "old").exists()
        return real._replace(free=spare + (0 if there else 6 * KB))

    monkeypatch.setattr(cache_folder.shutil, "disk_usage", little)
    with get(cache, "used"):
        assert not cache.room_for(6 * KB + 1)
        with pytest.raises(CacheFull, match=r"^17 MB are needed .* free\. Free some space"):
            get(cache, "new", 7 * KB)
        assert keys(cache) == {"old", "used"}
        assert cache.room_for(5 * KB)
        get(cache, "new", 5 * KB).release()
        assert keys(cache) == {"used", "new"}


def test_clearing_spares_what_is_in_use(cache: Cache) -> None:
    for key in ("a-cut-1", "a-pooled-1", "ab-cut-1"):
        get(cache, key).release()
    with get(cache, "a-cut-1"):
        assert cache.clear("a") == 3 * KB
        assert keys(cache) == {"a-cut-1", "ab-cut-1"}
        assert cache.clear() == 3 * KB
        assert keys(cache) == {"a-cut-1"}
    assert cache.clear() == 3 * KB
    assert sum(entry.bytes for entry in cache.entries()) == 0


def test_a_lower_limit_is_kept_at_the_next_start(cache: Cache) -> None:
    for hours, key in enumerate(["new", "old", "older"]):
        get(cache, key).release()
        used_before(cache, key, hours)
    with get(cache, "older"):
        used_before(cache, "older", 3)
        Cache(cache.folder, 6 * KB).sweep()
        assert keys(cache) == {"new", "older"}


def test_files_of_earlier_versions_can_go(cache: Cache) -> None:
    cache.folder.mkdir()
    (cache.folder / "0123abc-160.npy").write_bytes(bytes(9 * KB))
    (entry,) = cache.entries()
    assert (entry.kind, entry.owner) == ("other", "0123abc")
    get(cache, "new").release()
    assert keys(cache) == {"new"}


def test_what_nobody_finds_any_more_goes_at_the_start(cache: Cache) -> None:
    """Photos and features were kept by photo set once, then without checksums."""
    kept = (key_of("seen", "0123abc"), "sums-photos-" + 32 * "0" + "-20-" + 16 * "0")
    old = [key_of(kind, "0123abc") for kind in ("photos", "pooled", "cut")]
    unsummed = "rows-photos-" + 32 * "0" + "-20-" + 16 * "0"
    for name in (*old, unsummed, *kept):
        get(cache, name, 1).release()
    cache.sweep()
    assert keys(cache) == set(kept)
