"""All photos of a set as one array on disk, decoded once per image size."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from pipeline import files
from pipeline.photos import decode, disk
from pipeline.progress import Report

PhotoArray = np.memmap[tuple[int, int, int, int], np.dtype[np.uint8]]

_CHUNK: Final = 64  # photos between two reports, and in memory at once


def photo_array(
    path: Path,
    num_photos: int,
    image_size_px: int,
    read_jpeg: Callable[[int], bytes],
    report: Report,
) -> PhotoArray:
    """Open the array at `path`; make it first where it is missing or not whole.

    Args:
        path: The array's file.
        num_photos: How many photos N it holds.
        image_size_px: Side S of the squares, in pixels.
        read_jpeg: Gives the canonical JPEG of a photo by its index; any thread may call it.
        report: Told how many photos are done.

    Returns:
        Read-only `(N, S, S, 3)` uint8 RGB in [0, 255].

    Raises:
        PhotoSetError: If the disk is full or a photo is damaged.
        Stopped: From `report`; nothing half-made is left.
    """
    shape = (num_photos, image_size_px, image_size_px, 3)
    array = _open_whole(path, shape)
    if array is None:
        with disk.plain_disk_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.expect_free(path.parent, int(np.prod(shape)), "Preparing the photos")
            with files.staged_file(path) as staged:
                _write(staged, shape, read_jpeg, report)
        array = _open_whole(path, shape)
        assert array is not None
    return array


def _open_whole(path: Path, shape: tuple[int, int, int, int]) -> PhotoArray | None:
    try:
        array = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError, EOFError):  # missing, cut short, or something else
        return None
    if array.shape != shape or array.dtype != np.uint8:
        return None
    return array


def _write(
    path: Path,
    shape: tuple[int, int, int, int],
    read_jpeg: Callable[[int], bytes],
    report: Report,
) -> None:
    num_photos, side = shape[:2]
    stage = "Preparing photos"
    report(stage, 0, num_photos, "photos")
    # Written as a file, not through a map: mapped pages would count as this process's memory.
    with path.open("wb") as stream, ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        np.lib.format.write_array_header_1_0(stream, _header(shape))
        for start in range(0, num_photos, _CHUNK):
            chunk = range(start, min(start + _CHUNK, num_photos))
            for photo in threads.map(lambda index: decode.square(read_jpeg(index), side), chunk):
                stream.write(photo.data)
            report(stage, chunk.stop, num_photos, "photos")


def _header(shape: tuple[int, int, int, int]) -> dict[str, object]:
    return {"descr": "|u1", "fortran_order": False, "shape": shape}
