"""The curves of a run as TensorBoard's event files, written without TensorBoard or TensorFlow.

A file is a row of records (length, data, and a checksum of each: TensorFlow's TFRecord), and each
record an `Event` in protocol buffers' encoding. Of that message a scalar needs six fields, so they
are encoded here; TensorFlow would take seconds to import and a quick training needs none.
Tags and folders are those of Keras's own TensorBoard callback.
"""

from __future__ import annotations

import contextlib
import shutil
import struct
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from pipeline.evaluation.learning_curve import Epoch
from pipeline.files.atomic import staged_folder

TRAINING: Final = "train"
VALIDATION: Final = "validation"
_CASTAGNOLI: Final = 0x82F63B78  # the polynomial of CRC-32C, reversed
_MASK: Final = 0xA282EAD8
_WORD: Final = 2**32


def write_events(run_folder: Path, points: Sequence[Epoch], began: datetime) -> None:
    """Write `train/` and `validation/` into a run's folder; earlier ones are replaced.

    Args:
        run_folder: Where; must exist.
        points: The run's curves, in order.
        began: When the training began, from which the points' times are counted.
    """
    for folder, prefix in ((TRAINING, ""), (VALIDATION, "val_")):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(run_folder / folder)
        with staged_folder(run_folder / folder) as staging:
            name = f"events.out.tfevents.{int(began.timestamp())}.pawtune"
            (staging / name).write_bytes(_events(points, prefix, began.timestamp()))


def _events(points: Sequence[Epoch], prefix: str, began: float) -> bytes:
    now = began
    records = [_record(_double(1, now) + _bytes(3, b"brain.Event:2"))]
    for point in points:
        now += point.seconds
        for measure in ("loss", "accuracy"):
            value = float(getattr(point, f"{prefix}{measure}"))
            scalar = _bytes(1, f"epoch_{measure}".encode()) + _float(2, value)
            event = _double(1, now) + _whole(2, point.epoch) + _bytes(5, _bytes(1, scalar))
            records.append(_record(event))
    return b"".join(records)


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _masked(length) + data + _masked(data)


def _masked(data: bytes) -> bytes:
    """A checksum as TFRecord keeps it: turned and shifted, so that none of itself looks right."""
    checksum = _crc32c(data)
    turned = (checksum >> 15 | checksum << 17) % _WORD
    return struct.pack("<I", (turned + _MASK) % _WORD)


def _crc32c(data: bytes) -> int:
    table = _table()
    checksum = _WORD - 1
    for byte in data:
        checksum = table[(checksum ^ byte) & 0xFF] ^ checksum >> 8
    return checksum ^ (_WORD - 1)


@cache
def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_CASTAGNOLI if value & 1 else 0)
        table.append(value)
    return tuple(table)


def _varint(value: int) -> bytes:
    """Seven bits at a time, the lowest first; the eighth says that more follow."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", value)
