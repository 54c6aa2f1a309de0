"""Photos as squares on disk: each decoded once per image size, whatever sets have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.files.cache import Cache
from pipeline.files.npy import Append
from pipeline.files.row_file import Table, recipe_of
from pipeline.files.row_store import RowStore
from pipeline.files.rows import Rows
from pipeline.parallel import made_ahead, processors
from pipeline.photos.decoding import decode
from pipeline.progress import Report, Stage, Step

Photos = NDArray[np.uint8] | Rows[np.uint8]  # `(N, S, S, 3)` RGB in [0, 255]

_CHUNK: Final = 16  # photos that a thread decodes between two reports
_STAGE: Final = Stage(Step.PREPARING_PHOTOS)


def photo_table(image_size_px: int) -> Table:
    """Where photos of a size are kept: rows of `(S, S, 3)` uint8 RGB in [0, 255]."""
    recipe = recipe_of(image_size_px=image_size_px)
    return Table("photos", recipe, (image_size_px, image_size_px, 3), np.uint8)


def photo_array(
    cache: Cache,
    photo_set_id: str,
    digests: Sequence[bytes],
    image_size_px: int,
    read_jpeg: Callable[[int], bytes],
    report: Report,
) -> Rows[np.uint8]:
    """Photos from the cache; those that are not there are decoded first.

    Args:
        cache: Where they are kept; they stay there for as long as the result is used.
        photo_set_id: The set.
        digests: The SHA-256 of each of its N photos, 32 bytes.
        image_size_px: Side S of the squares, in pixels.
        read_jpeg: Gives the canonical JPEG of a photo by its index; any thread may call it.
        report: Told how many photos are done.

    Returns:
        `(N, S, S, 3)` uint8 RGB in [0, 255].

    Raises:
        CacheFull: If there is no room for it.
        PhotoSetError: If a photo is damaged.
        Stopped: From `report`; nothing half-made is left.
    """
    table = photo_table(image_size_px)

    def decode_chunk(chunk: NDArray[np.int64]) -> NDArray[np.uint8]:
        return np.stack([decode.square(read_jpeg(int(index)), image_size_px) for index in chunk])

    def make(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
        chunks = [missing[start : start + _CHUNK] for start in range(0, len(missing), _CHUNK)]
        report(_STAGE, 0, len(missing), "photos")
        done = 0
        with closing(made_ahead(decode_chunk, chunks, processors())) as decoded:
            for photos in decoded:
                appends[table](photos)
                done += len(photos)
                report(_STAGE, done, len(missing), "photos")

    return RowStore(cache).rows([table], digests, photo_set_id, make, report)
