"""Squares of all photos in one array: made once, told apart, made again where damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import Stopped
from pipeline.files.cache import Cache
from pipeline.photos.decoding import decode
from pipeline.photos.photo_set import PhotoSet
from tests.pipeline.photos.conftest import StopAt, kept_in


def test_arrays_hold_the_squares_of_all_photos(photo_set: PhotoSet, tmp_path: Path) -> None:
    array = photo_set.arrays(96, tmp_path / "cache")
    assert (array.shape, array.dtype) == ((20, 96, 96, 3), np.uint8)
    assert isinstance(array.whole(), np.memmap)
    assert not array.whole().flags.writeable
    for index in range(20):
        assert np.array_equal(array[index], decode.square(photo_set.jpeg(index), 96))


def test_arrays_are_made_once_per_size(photo_set: PhotoSet, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = photo_set.arrays(96, cache)
    (name,) = kept_in(cache)
    assert name.startswith("sums-photos-")
    calls: list[str] = []
    again = photo_set.arrays(96, cache, lambda stage, *_: calls.append(stage))
    assert calls == []
    assert np.array_equal(first, again)
    assert photo_set.arrays(128, cache).shape[1] == 128
    assert len(kept_in(cache)) == 2


def test_arrays_stay_while_they_are_used(photo_set: PhotoSet, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    array = photo_set.arrays(96, cache.folder)
    assert cache.clear() == 0
    del array
    assert cache.clear() > 20 * 96 * 96 * 3
    assert kept_in(cache.folder) == []


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "zip", "other shape", "other type"])
def test_a_damaged_array_is_made_again(photo_set: PhotoSet, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    good = np.array(photo_set.arrays(96, cache))
    path = cache / kept_in(cache)[0]
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1000])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("hello", encoding="utf-8")
    elif damage == "zip":
        with path.open("wb") as stream:
            np.savez(stream, good)
    else:
        other = good[:5] if damage == "other shape" else good.astype(np.int16)
        with path.open("wb") as stream:
            np.save(stream, other)
    assert np.array_equal(photo_set.arrays(96, cache), good)


def test_stop_while_making_arrays_leaves_nothing(photo_set: PhotoSet, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for call in range(2):
        with pytest.raises(Stopped):
            photo_set.arrays(96, cache, StopAt(call))
        assert kept_in(cache) == []
