"""All photos of a set as one array on disk, decoded once per image size."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.files.cache import Cache, key_of
from pipeline.files.npy import ArrayFile
from pipeline.parallel import made_ahead, processors
from pipeline.photos.decoding import decode
from pipeline.progress import Report, Stage, Step

PhotoArray = np.memmap[tuple[int, int, int, int], np.dtype[np.uint8]]

_CHUNK: Final = 16  # photos that a thread decodes between two reports
_STAGE: Final = Stage(Step.PREPARING_PHOTOS)


def photo_file(num_photos: int, image_size_px: int) -> ArrayFile:
    """What the array of N photos is: `(N, S, S, 3)` uint8 RGB in [0, 255]."""
    return ArrayFile((num_photos, image_size_px, image_size_px, 3), np.uint8)


def photo_array(
    cache: Cache,
    photo_set_id: str,
    num_photos: int,
    image_size_px: int,
    read_jpeg: Callable[[int], bytes],
    report: Report,
) -> PhotoArray:
    """The array in the cache; made first where it is missing or not whole.

    Args:
        cache: Where it is kept; it stays there for as long as the result or a part of it is used.
        photo_set_id: The set, which decides what the photos are.
        num_photos: How many photos N it holds.
        image_size_px: Side S of the squares, in pixels.
        read_jpeg: Gives the canonical JPEG of a photo by its index; any thread may call it.
        report: Told how many photos are done.

    Returns:
        Read-only `(N, S, S, 3)` uint8 RGB in [0, 255].

    Raises:
        CacheFull: If there is no room for it.
        PhotoSetError: If a photo is damaged.
        Stopped: From `report`; nothing half-made is left.
    """
    squares = photo_file(num_photos, image_size_px)

    def decode_chunk(chunk: range) -> NDArray[np.uint8]:
        return np.stack([decode.square(read_jpeg(index), image_size_px) for index in chunk])

    def make(path: Path) -> None:
        chunks = _chunks(num_photos)
        report(_STAGE, 0, num_photos, "photos")
        decoded = made_ahead(decode_chunk, chunks, processors())
        with squares.writing(path) as append, closing(decoded):
            for chunk, photos in zip(chunks, decoded, strict=True):
                append(photos)
                report(_STAGE, chunk.stop, num_photos, "photos")

    key = key_of("photos", photo_set_id, image_size_px=image_size_px)
    return squares.open(cache.file(key, make, squares.bytes, squares.is_whole, report))


def _chunks(num_photos: int) -> list[range]:
    return [range(start, min(start + _CHUNK, num_photos)) for start in range(0, num_photos, _CHUNK)]
