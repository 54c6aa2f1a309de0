"""Rows by key in a cache: each made once, in whatever list; few files; nothing stale."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import PhotoSetError, Stopped
from pipeline.files import row_file, row_store
from pipeline.files.cache import Cache
from pipeline.files.cache_folder import CacheFolder
from pipeline.files.npy import Append
from pipeline.files.row_file import RowFile, Table
from pipeline.files.row_store import RowStore
from tests.pipeline.files.conftest import left_behind

TABLE = Table("pooled", row_file.recipe_of(of=1), (2,), np.int64)
SECOND = Table("cut", row_file.recipe_of(of=2), (3,), np.int32)


def key(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def keys(numbers: Sequence[int]) -> list[bytes]:
    return [key(number) for number in numbers]


def row(table: Table, number: int) -> NDArray[np.int64]:
    return np.full(table.row, number)


class Asker:
    """Somebody who asks for rows and remembers which were made."""

    def __init__(self, cache: Cache) -> None:
        self.store, self.made = RowStore(cache), []

    def ask(self, numbers: Sequence[int], *tables: Table, user: str = "a") -> NDArray[np.int64]:
        def make(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
            chosen = [numbers[at] for at in missing]
            self.made.append((sorted(table.kind for table in appends), chosen))
            for table, append in appends.items():
                for number in chosen:
                    append(row(table, number)[np.newaxis])

        rows = self.store.rows(tables or (TABLE,), keys(numbers), user, make).whole()
        np.testing.assert_array_equal(rows[:, 0], numbers)
        return rows


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", limit_bytes=10**6)


@pytest.fixture
def asker(cache: Cache) -> Iterator[Asker]:
    yield Asker(cache)
    assert left_behind(cache) == []


def test_every_row_is_made_once(asker: Asker) -> None:
    for numbers in ([1, 2, 3], [3, 1], [2, 2, 1], [4, 3, 5, 4], [5, 4, 3, 2, 1], []):
        asker.ask(numbers)
    assert asker.made == [(["pooled"], [1, 2, 3]), (["pooled"], [4, 5])]


def test_the_same_list_is_mapped_and_not_copied(asker: Asker, cache: Cache) -> None:
    asker.ask([1, 2, 3])
    before = {entry.key: entry.bytes for entry in cache.entries()}
    assert isinstance(asker.ask([1, 2, 3], user="b"), np.memmap)
    assert isinstance(asker.ask([2, 3], user="c"), np.memmap)
    assert {entry.key: entry.bytes for entry in cache.entries()} == before
    assert [entry.owner for entry in cache.entries()] == ["c"]


def test_who_only_asks_gets_nothing_made(asker: Asker) -> None:
    assert asker.store.kept(TABLE, keys([1])) is None
    asker.ask([1, 2])
    found = asker.store.kept(TABLE, keys([2, 1]))
    assert found is not None
    np.testing.assert_array_equal(found, [[2, 2], [1, 1]])
    assert asker.store.kept(TABLE, keys([1, 3])) is None
    assert len(asker.made) == 1


def test_tables_that_lack_the_same_are_made_together(asker: Asker) -> None:
    asker.ask([1, 2], TABLE, SECOND)
    asker.ask([1, 2, 3], TABLE, SECOND)
    asker.ask([1, 2, 3], SECOND)
    assert asker.made == [(["cut", "pooled"], [1, 2]), (["cut", "pooled"], [3])]


def test_what_is_there_is_not_made_for_the_sake_of_another_table(asker: Asker) -> None:
    asker.ask([1, 2])
    asker.ask([1, 2], TABLE, SECOND)  # nothing of the first is missing
    asker.ask([1, 2, 3], TABLE, SECOND)  # of both, only 3 is made
    asker.ask([1, 2, 3], SECOND)
    assert asker.made[1:] == [(["cut", "pooled"], [3]), (["cut"], [1, 2])]
    asker.ask([7], SECOND)
    asker.ask([7, 8], TABLE, SECOND)  # the second has 7 already
    assert asker.made[-1] == (["pooled"], [7, 8])


def test_many_small_changes_make_few_files(asker: Asker, cache: Cache) -> None:
    numbers = list(range(300))
    asker.ask(numbers)
    for more in range(300, 340):
        numbers.append(more)
        asker.ask(numbers)
    assert [made for _, made in asker.made[1:]] == [[more] for more in range(300, 340)]
    assert 2 <= len(cache.entries()) <= 7
    assert max(RowFile.named(TABLE, entry.key).count for entry in cache.entries()) == 300
    fresh = Cache(cache.folder.with_name("fresh"), 10**6)
    Asker(fresh).ask(numbers)
    kept = sum(entry.bytes for entry in cache.entries())
    assert kept < 1.1 * sum(entry.bytes for entry in fresh.entries())


@pytest.mark.parametrize("damage", ["cut off", "another header", "zeros"])
def test_a_damaged_file_is_made_again(asker: Asker, cache: Cache, damage: str) -> None:
    asker.ask([1, 2])
    (path,) = (cache.folder / entry.key for entry in cache.entries())
    data = path.read_bytes()
    damaged = {"cut off": data[:-5], "another header": b"0" + data[1:], "zeros": bytes(len(data))}
    path.write_bytes(damaged[damage])
    asker.ask([1, 2])
    assert [made for _, made in asker.made] == [[1, 2], [1, 2]]


def test_what_fails_leaves_nothing(asker: Asker, cache: Cache) -> None:
    def make(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
        appends[TABLE](row(TABLE, 1)[np.newaxis])
        raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        asker.store.rows([TABLE, SECOND], keys([1, 2]), "a", make)
    assert cache.entries() == []
    asker.ask([1, 2])


def test_one_makes_and_the_other_waits(asker: Asker, cache: Cache) -> None:
    begun, waits = threading.Event(), threading.Event()
    got: list[NDArray[np.int64]] = []

    def slowly(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
        begun.set()
        assert waits.wait(60)
        appends[TABLE](np.array([row(TABLE, 1), row(TABLE, 2)]))

    def first() -> None:
        got.append(RowStore(cache).rows([TABLE], keys([1, 2]), "a", slowly).whole())

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(60)

    def make(*_: object) -> None:
        raise AssertionError("the other one makes it")

    rows = asker.store.rows([TABLE], keys([1, 2]), "a", make, lambda *_: waits.set())
    thread.join(60)
    np.testing.assert_array_equal(rows, got[0])
    del rows
    got.clear()


def test_what_is_used_stays(asker: Asker, cache: Cache) -> None:
    rows = asker.ask([1, 2])
    part = rows[1:]
    del rows
    assert cache.clear() == 0
    del part
    assert cache.clear() > 0


# === Forgotten ===


def test_forgotten_rows_are_gone_from_the_disk(asker: Asker, cache: Cache) -> None:
    asker.ask([1, 77, 3])
    asker.store.forget(lambda: keys([77, 5]))
    (entry,) = cache.entries()
    data = (cache.folder / entry.key).read_bytes()
    assert key(77) not in data and row(TABLE, 77).tobytes() not in data
    assert asker.store.kept(TABLE, keys([3, 1])) is not None
    assert asker.store.kept(TABLE, keys([77])) is None
    asker.ask([1, 77, 3])
    assert asker.made[1:] == [(["pooled"], [77])]


def test_a_file_with_nothing_left_goes(asker: Asker, cache: Cache) -> None:
    asker.ask([1, 2])
    asker.ask([3], SECOND)
    asker.store.forget(lambda: keys([1]))
    asker.store.forget(lambda: keys([2]))
    assert [entry.kind for entry in cache.entries()] == ["cut"]


def test_rows_in_use_are_forgotten_too(asker: Asker, cache: Cache) -> None:
    used = asker.ask([1, 2])
    asker.store.forget(lambda: keys([1, 2]))
    assert not used.any()
    del used
    asker.ask([1, 2])
    assert len(asker.made) == 2


def test_a_row_that_goes_while_it_is_copied_is_not_found_as_zeros(
    asker: Asker, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small files are taken along into new ones; a photo may be deleted meanwhile."""
    asker.ask([1])
    read = RowFile.read

    def forgotten_first(self: RowFile, path: Path) -> NDArray[np.int64]:
        row_file.erase(path, {key(1)})
        return read(self, path)

    with monkeypatch.context() as patch:
        patch.setattr(RowFile, "read", forgotten_first)
        asker.ask([2, 1])
    assert asker.made == [(["pooled"], [1]), (["pooled"], [2]), (["pooled"], [1])]


def test_a_row_that_the_disk_has_forgotten_is_made_anew(asker: Asker, cache: Cache) -> None:
    asker.ask([1, 2, 3])
    (path,) = cache.folder.glob(f"{TABLE.prefix}*")
    data = bytearray(path.read_bytes())
    data[data.index(np.int64(2).tobytes())] ^= 64
    path.write_bytes(data)
    assert asker.store.kept(TABLE, keys([1, 2, 3])) is None
    asker.ask([1, 2, 3])
    assert asker.made == [(["pooled"], [1, 2, 3]), (["pooled"], [2])]


def test_what_is_forgotten_while_it_is_made_is_not_kept(asker: Asker, cache: Cache) -> None:
    """What it is made of may be zeros by then."""

    def make(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
        asker.store.forget(lambda: keys([77, 78]))
        appends[TABLE](np.zeros((len(missing), *TABLE.row), np.int64))

    for numbers in ([77, 78], [77, 1]):
        with pytest.raises(PhotoSetError, match="deleted"):
            asker.store.rows([TABLE], keys(numbers), "a", make)
        assert asker.store.kept(TABLE, keys([77])) is None
        assert cache.entries() == []


def test_what_fails_and_was_forgotten_leaves_no_note(asker: Asker, cache: Cache) -> None:
    def make(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
        asker.store.forget(lambda: keys([1]))
        raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        asker.store.rows([TABLE], keys([1]), "a", make)
    asker.ask([1])  # and this one is not taken for it


def test_a_row_that_goes_after_it_was_copied_is_not_kept(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.ask([1, 77])
    copy = row_store._New.copy

    def forgotten_then(self: row_store._New, append: Append) -> list[bytes]:
        copied = copy(self, append)
        asker.store.forget(lambda: keys([77]))
        return copied

    with monkeypatch.context() as patch:
        patch.setattr(row_store._New, "copy", forgotten_then)
        asker.ask([2, 1])
    assert asker.store.kept(TABLE, keys([77])) is None
    assert asker.store.kept(TABLE, keys([2, 1])) is not None


def test_nobody_finds_a_file_before_its_maker_is_done(asker: Asker, cache: Cache) -> None:
    """It lies in its place a moment before rows are taken out that were forgotten meanwhile."""
    asker.ask([1, 2])
    (entry,) = cache.entries()
    claim = CacheFolder(cache.folder, cache.limit_bytes).claim(entry.key, entry.bytes)
    assert asker.store.kept(TABLE, keys([1, 2])) is None
    claim.release()
    assert asker.store.kept(TABLE, keys([1, 2])) is not None


def test_nor_what_was_forgotten_where_its_maker_died(asker: Asker, cache: Cache) -> None:
    asker.ask([1, 2])
    (entry,) = cache.entries()
    cache.note_forgotten(entry.key, keys([2]))
    assert asker.store.kept(TABLE, keys([2])) is None
    assert asker.store.kept(TABLE, keys([1])) is not None


@pytest.mark.parametrize("forgotten", [[7], [7, 1], [7, 1, 3]])
def test_the_same_list_is_made_again_where_the_old_file_is_in_use(
    asker: Asker, cache: Cache, forgotten: list[int]
) -> None:
    """The new file would have the name of the old one, which Windows cannot replace."""
    used = asker.ask([7, 1, 3])
    (old,) = cache.entries()
    asker.store.forget(lambda: keys(forgotten))
    asker.ask([7, 1, 3])
    assert asker.made[1:] == [(["pooled"], forgotten)]
    assert old.key in {entry.key for entry in cache.entries()}
    assert used[:, 0].tolist() == [0 if one in forgotten else one for one in (7, 1, 3)]
    del used
    asker.store.forget(lambda: keys([7]))
    asker.ask([7, 1, 3])
