"""Arrays in files: written piece by piece, and kept while any part of them is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.files.cache import Cache
from pipeline.files.npy import ArrayFile, take


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
