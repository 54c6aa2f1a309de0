"""One file of rows by key: found by its name, read only where it is whole, rows taken out."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from pipeline.files import row_file
from pipeline.files.row_file import GONE, RowFile, Table

TABLE = Table("pooled", row_file.recipe_of(size=96), (3,), np.float32)
KEYS = [hashlib.sha256(bytes([at])).digest() for at in range(4)]
ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = RowFile.of(TABLE, KEYS)
    with file.writing(tmp_path / file.name) as (append, finish):
        append(ROWS[:1])
        append(ROWS[1:])
        finish(KEYS, "0123456789abcdef")
    return tmp_path / file.name


def test_it_is_found_by_its_name(path: Path) -> None:
    file = RowFile.named(TABLE, path.name)
    assert file == RowFile.of(TABLE, KEYS)
    assert file.num_bytes == path.stat().st_size
    assert file.keys(path) == row_file.keys_in(path) == KEYS
    np.testing.assert_array_equal(file.read(path), ROWS)
    assert row_file.is_row_file(path) and row_file.kind_of(path) == "pooled"
    other = Table("pooled", row_file.recipe_of(size=128), (3,), np.float32)
    assert RowFile.named(other, path.name) is None
    assert RowFile.named(TABLE, f"{TABLE.prefix}x-1") is None
    assert RowFile.of(TABLE, KEYS[::-1]) != file


def test_a_recipe_stands_for_everything_that_decides() -> None:
    facts = {"size": 96, "view": {"seed": 1, "rotation": 0.2}}
    recipe = row_file.recipe_of(**facts)
    assert recipe == row_file.recipe_of(**dict(reversed(facts.items())))
    assert recipe != row_file.recipe_of(**facts, more=None)


@pytest.mark.parametrize("damage", ["empty", "shorter", "longer", "header", "gone"])
def test_what_is_not_whole_has_no_keys(path: Path, damage: str) -> None:
    data = path.read_bytes()
    damaged = {"empty": b"", "shorter": data[:-1], "longer": data + b"0", "header": b"x" + data[1:]}
    path.unlink() if damage == "gone" else path.write_bytes(damaged[damage])
    assert RowFile.of(TABLE, KEYS).keys(path) == []


def test_who_used_it_last_is_known(path: Path, tmp_path: Path) -> None:
    assert row_file.user_of(path) == "0123456789abcdef"
    row_file.write_user(path, "longer than sixteen bytes")
    assert row_file.user_of(path) == "longer than sixt"
    row_file.write_user(path, "short")
    assert row_file.user_of(path) == "short"
    assert RowFile.of(TABLE, KEYS).keys(path) == KEYS
    assert row_file.user_of(tmp_path / "nothing") == ""


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("row", range(4))
def test_a_row_with_a_flipped_bit_is_damaged_and_is_struck(path: Path, row: int) -> None:
    file = RowFile.of(TABLE, KEYS)
    assert file.damaged(path) == set()
    flip(path, file.array.bytes - 1 - row * 12)
    assert file.damaged(path) == {KEYS[3 - row]}
    assert row_file.num_damaged(path) == 1
    row_file.strike(path, file.damaged(path))
    assert file.keys(path) == [key if key != KEYS[3 - row] else GONE for key in KEYS]
    assert (file.damaged(path), row_file.num_damaged(path)) == (set(), 0)


def test_so_is_one_whose_key_or_checksum_is_flipped(path: Path) -> None:
    file = RowFile.of(TABLE, KEYS)
    flip(path, file.array.bytes)  # the first row's checksum
    assert file.damaged(path) == {KEYS[0]}
    flip(path, file.array.bytes + 4 * 4 + 32)  # the second one's key
    assert len(file.damaged(path)) == 2
    row_file.strike(path, file.damaged(path))
    assert file.keys(path) == [GONE, GONE, *KEYS[2:]]


def test_of_a_file_that_is_cut_every_row_is_damaged(path: Path, tmp_path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])
    assert row_file.num_damaged(path) == 4
    path.unlink()
    assert row_file.num_damaged(path) == 0


def test_erased_rows_are_zeros_and_the_others_stay(path: Path) -> None:
    row_file.erase(path, {KEYS[1], KEYS[3], b"unknown"})
    file = RowFile.of(TABLE, KEYS)
    assert file.keys(path) == [KEYS[0], GONE, KEYS[2], GONE]
    np.testing.assert_array_equal(file.read(path), ROWS * [[1], [0], [1], [0]])
    assert row_file.user_of(path) == "0123456789abcdef"
