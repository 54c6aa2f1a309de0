"""A bounded store of files that can be made again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pipeline.errors import PhotoError, Stopped
from pipeline.files.cache import Cache, Wanted, key_of
from pipeline.files.locks import Lease
from pipeline.progress import Stage, Step
from tests.pipeline.files.conftest import KB, get, keys, left_behind

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


# === Making and using ===


def test_a_file_is_made_once(cache: Cache) -> None:
    made: list[str] = []
    assert sum(entry.bytes for entry in cache.entries()) == 0
    assert cache.entries() == []
    assert not (cache.folder / "a-photos-1").exists()
    for _ in range(3):
        with get(cache, "a-photos-1", made=made) as lease:
            assert lease.path.read_bytes() == bytes(3 * KB)
            (entry,) = cache.entries()
            assert (entry.kind, entry.owner, entry.bytes) == ("photos", "a", 3 * KB)
            assert entry.in_use
    assert made == ["a-photos-1"]
    assert (cache.folder / "a-photos-1").is_file()
    assert sum(entry.bytes for entry in cache.entries()) == 3 * KB
    (entry,) = cache.entries()
    assert not entry.in_use
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


def test_what_is_made_of_a_set_that_goes_is_made_again(cache: Cache) -> None:
    """Its photos are zeros by then; where it is gone, the second time fails."""
    contents = [b"zeros", b"right"]

    def make(path: Path) -> None:
        if len(contents) == 2:
            cache.clear("a")
            cache.clear("b")
            cache.clear()
        path.write_bytes(contents.pop(0))

    with cache.file("a-map-1", make, 5) as lease:
        assert lease.path.read_bytes() == b"right"
    assert contents == []
    assert left_behind(cache) == []
