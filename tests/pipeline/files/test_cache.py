"""A bounded store of files that can be made again."""

from __future__ import annotations

import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import CacheFull, PhotoError, SettingError, Stopped
from pipeline.files import cache_folder
from pipeline.files.atomic import STAGING_MARK
from pipeline.files.cache import Cache, Wanted, key_of
from pipeline.files.locks import Lease
from pipeline.files.npy import ArrayFile
from pipeline.parallel import made_ahead
from pipeline.photos.arrays import take
from pipeline.progress import Stage, Step
from pipeline.settings.environment import cache_limit_bytes

KB = 1000


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", limit_bytes=10 * KB)


def get(cache: Cache, key: str, size: int = 3 * KB, made: list[str] | None = None) -> Lease:
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
    return {entry.key for entry in cache.entries()}


def left_behind(cache: Cache) -> list[str]:
    """Everything in the folder but entries and the one lock that stays."""
    names = [path.name for path in cache.folder.iterdir() if path.name.startswith(STAGING_MARK)]
    return names + [path.name for path in (cache.folder / "locks").iterdir() if path.suffix]


# === Keys ===


def test_a_key_stands_for_everything_that_decides() -> None:
    facts = {"size": 160, "view": {"seed": 1, "rotation": 0.2}}
    key = key_of("photos", "0123abc", **facts)
    assert key.startswith("0123abc-photos-")
    assert key == key_of("photos", "0123abc", **dict(reversed(facts.items())))
    others = {
        key_of("pooled", "0123abc", **facts),
        key_of("photos", "0123abd", **facts),
        key_of("photos", "0123abc", **{**facts, "size": 161}),
        key_of("photos", "0123abc", **{**facts, "view": {"seed": 2, "rotation": 0.2}}),
        key_of("photos", "0123abc", **facts, more=None),
    }
    assert len(others | {key}) == 6
    with pytest.raises(ValueError, match="JSON"):
        key_of("photos", "0123abc", rotation=float("nan"))


@pytest.mark.parametrize(("said", "gib"), [("", 10), ("2.5", 2.5), (" 1 ", 1), ("1e3", 1000)])
def test_the_limit_comes_from_the_environment(
    said: str, gib: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", said)
    assert cache_limit_bytes() == Cache(tmp_path).limit_bytes == int(gib * 2**30)


@pytest.mark.parametrize("said", ["ten", "0", "-1", "nan", "inf", "10 GiB"])
def test_a_limit_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", said)
    with pytest.raises(SettingError, match=f"above 0.*Received: '{said}'"):
        cache_limit_bytes()


# === Making and using ===


def test_a_file_is_made_once(cache: Cache) -> None:
    made: list[str] = []
    assert cache.size_bytes() == 0
    assert cache.entries() == []
    assert not cache.has("a-photos-1")
    for _ in range(3):
        with get(cache, "a-photos-1", made=made) as lease:
            assert lease.path.read_bytes() == bytes(3 * KB)
            (entry,) = cache.entries()
            assert (entry.kind, entry.owner, entry.bytes) == ("photos", "a", 3 * KB)
            assert entry.in_use
    assert made == ["a-photos-1"]
    assert cache.has("a-photos-1")
    assert cache.size_bytes() == 3 * KB
    (entry,) = cache.entries()
    assert not entry.in_use
    assert abs(datetime.now(UTC) - entry.last_used) < timedelta(minutes=1)
    assert left_behind(cache) == []


def test_only_what_is_missing_is_made(cache: Cache) -> None:
    get(cache, "a").release()
    asked: list[set[str]] = []

    def make(paths) -> None:
        asked.append(set(paths))
        for path in paths.values():
            path.write_bytes(bytes(KB))

    wanted = [Wanted("b", KB), Wanted("a", 3 * KB), Wanted("c", KB)]
    leases = cache.files(wanted, make)
    assert [lease.path.name for lease in leases] == ["b", "a", "c"]
    assert asked == [{"b", "c"}]
    assert all(entry.in_use for entry in cache.entries())


@pytest.mark.parametrize("damage", [b"", bytes(KB - 1), bytes(KB + 1), bytes(KB)])
def test_a_damaged_file_is_made_again(cache: Cache, damage: bytes) -> None:
    def get_good() -> Lease:
        return cache.file(
            "a",
            lambda path: path.write_bytes(b"x" * KB) and None,
            KB,
            lambda path: path.read_bytes().startswith(b"x"),
        )

    get_good().release()
    (cache.folder / "a").write_bytes(damage)
    with get_good() as lease:
        assert lease.path.read_bytes() == b"x" * KB


@pytest.mark.parametrize("error", [PhotoError("a", "Bad."), Stopped("Stopped."), RuntimeError()])
def test_what_fails_leaves_nothing(cache: Cache, error: Exception) -> None:
    def fail(paths) -> None:
        paths["a"].write_bytes(bytes(KB))
        raise error

    with pytest.raises(type(error)):
        cache.files([Wanted("a", KB), Wanted("b", KB)], fail)
    assert keys(cache) == set()
    assert left_behind(cache) == []
    get(cache, "a").release()


def test_what_was_made_wrong_is_not_kept(cache: Cache) -> None:
    with pytest.raises(ValueError, match="not whole"):
        cache.file("a", lambda path: path.write_bytes(bytes(KB)) and None, 2 * KB)
    assert keys(cache) == set()
    assert left_behind(cache) == []


# === Room ===


def test_what_was_not_used_for_longest_goes_first(cache: Cache) -> None:
    for hours, key in enumerate(["new", "old", "older"], 1):
        get(cache, key).release()
        used_before(cache, key, hours)
    get(cache, "older").release()  # used again
    get(cache, "more").release()
    assert keys(cache) == {"new", "older", "more"}
    assert cache.size_bytes() <= cache.limit_bytes


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
        with pytest.raises(CacheFull, match="Free some space"):
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
    assert cache.size_bytes() == 0


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


# === Several at once ===


def test_one_makes_and_the_others_wait(cache: Cache) -> None:
    begun, go_on = threading.Event(), threading.Event()
    made, got, waited = [], [], threading.Event()

    def make(path: Path) -> None:
        made.append(1)
        begun.set()
        assert go_on.wait(60)
        path.write_bytes(bytes(KB))

    def report(stage: Stage, *_: object) -> None:
        assert stage.step in (Step.WAITING_FOR_JOB, Step.WAITING_FOR_PHOTOS)
        waited.set()

    def want() -> None:
        got.append(cache.file("a", make, KB, report=report))

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    assert waited.wait(60)
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert made == [1]
    assert len({lease.path for lease in got}) == 1
    for lease in got[1:]:
        lease.release()
        assert cache.entries()[0].in_use, "somebody else still uses it"
    got[0].release()
    assert not cache.entries()[0].in_use


def test_who_waits_can_be_stopped(cache: Cache) -> None:
    def stop(*_: object) -> None:
        raise Stopped("Stopped.")

    def make(path: Path) -> None:
        with pytest.raises(Stopped):
            cache.file("a", make, KB, report=stop)
        path.write_bytes(bytes(KB))

    cache.file("a", make, KB).release()
    assert left_behind(cache) == []


def test_when_the_maker_fails_the_next_one_makes(cache: Cache) -> None:
    begun, waited = threading.Event(), threading.Event()
    made: list[str] = []

    def fail(_: Path) -> None:
        begun.set()
        assert waited.wait(60)
        raise RuntimeError

    def first() -> None:
        with pytest.raises(RuntimeError):
            cache.file("a", fail, KB)

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(60)

    def make(path: Path) -> None:
        made.append("second")
        path.write_bytes(bytes(KB))

    with cache.file("a", make, KB, report=lambda *_: waited.set()):
        assert made == ["second"]
    thread.join(60)


# === Arrays in files ===


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32])
@pytest.mark.parametrize("shape", [(5, 3), (4, 2, 2, 3), (0, 7)])
def test_an_array_is_written_piece_by_piece(cache: Cache, shape, dtype) -> None:
    rows = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    file = ArrayFile(shape, dtype)

    def make(path: Path) -> None:
        with file.writing(path) as append:
            append(rows[:2])
            append(rows[2:])

    array = file.open(cache.file("a", make, file.bytes, file.is_whole))
    np.testing.assert_array_equal(array, rows)
    assert array.dtype == dtype
    assert not array.flags.writeable
    np.testing.assert_array_equal(np.load(cache.folder / "a"), rows)
    for other in (ArrayFile((*shape[:-1], 1, shape[-1]), dtype), ArrayFile(shape, np.int16)):
        assert not other.is_whole(cache.folder / "a")


def test_a_lease_lasts_as_long_as_any_part_of_the_array(cache: Cache) -> None:
    file = ArrayFile((100, 3), np.uint8)

    def make(path: Path) -> None:
        with file.writing(path) as append:
            append(np.ones((100, 3)))

    array = file.open(cache.file("a", make, file.bytes, file.is_whole))
    part = np.asarray(array[10:])[::2]
    del array
    assert cache.entries()[0].in_use
    assert cache.clear() == 0
    assert part.min() == 1
    del part
    assert not cache.entries()[0].in_use
    assert cache.clear() == file.bytes


def test_rows_are_copies(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(40).reshape(10, 4))
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    for array in (mapped, np.array(mapped)):
        rows = take(array, np.array([7, 2]))
        np.testing.assert_array_equal(rows, [[28, 29, 30, 31], [8, 9, 10, 11]])
        rows[:] = 0
        assert array[7, 0] == 28


# === Work ahead ===


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_order_and_few_wait(threads: int) -> None:
    begun: list[int] = []
    used: list[int] = []

    def make(item: int) -> int:
        begun.append(item)
        return item

    for result in made_ahead(make, range(50), threads):
        used.append(result)
        assert len(begun) <= len(used) + 2 * threads
    assert used == list(range(50))


def test_an_error_comes_where_its_result_would_have() -> None:
    def make(item: int) -> int:
        if item == 3:
            raise PhotoError("3", "Bad.")
        return item

    results = made_ahead(make, range(50), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(PhotoError):
        next(results)


def test_leaving_early_drops_the_rest() -> None:
    begun: list[int] = []
    results = made_ahead(lambda item: begun.append(item), range(1000), 2)
    next(results)
    results.close()
    assert len(begun) <= 6
