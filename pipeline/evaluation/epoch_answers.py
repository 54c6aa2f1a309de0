"""Predictions of validation photos after each epoch: kept beside a run, while it works and after.

One row for each point of the curve, of four bytes for each photo: what it is called, and how sure;
then a checksum of the row.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.metrics import probabilities
from pipeline.files.disk_errors import plain_disk_errors

EPOCH_ANSWERS: Final = "epoch_answers.rows"  # in the run's folder
_EARLIER: Final = "epoch_answers.bin"  # the same without checksums, of earlier versions
_SUM_BYTES: Final = 4  # CRC-32
_ONE: Final = np.dtype([("called", "<u2"), ("share", "<f2")])


@dataclass(frozen=True, slots=True)
class EpochAnswers:
    """Answers about the same photos, point by point.

    Attributes:
        called: `(E, M)` uint16 class that each photo is called.
        shares: `(E, M)` float16 probability of that, 0 to 1; no temperature is set yet.
    """

    called: NDArray[np.uint16]
    shares: NDArray[np.float16]


def keep(folder: Path, epoch: int, logits: NDArray[np.float32]) -> None:
    """Write what was said after an epoch; what stood there from it on is gone.

    Where the epochs before are missing, as in a run that an earlier version began, nothing is
    kept.

    Args:
        folder: Of the run.
        epoch: Number of the point, from 1, counted over both phases.
        logits: `(M, L)` of the validation photos.

    Raises:
        WorkspaceError: If the folder cannot be written to, or the disk is full.
    """
    answers = probabilities(logits)
    row = np.empty(len(answers), _ONE)
    row["called"], row["share"] = answers.argmax(axis=1), answers.max(axis=1)
    data = row.tobytes()
    before = (epoch - 1) * (len(data) + _SUM_BYTES)
    with plain_disk_errors(folder), (folder / EPOCH_ANSWERS).open("a+b") as file:
        if file.seek(0, 2) >= before:
            file.truncate(before)
            file.write(data + _sum(data))


def read(folder: Path, photos: int, points: int) -> EpochAnswers | None:
    """What a run has kept; None before its first epoch, and where it is damaged.

    Args:
        folder: Of the run.
        photos: Its validation photos, M.
        points: As many as the curve has; a row that it does not speak of yet is left out.
    """
    path, sum_bytes = folder / EPOCH_ANSWERS, _SUM_BYTES
    if not path.exists():
        path, sum_bytes = folder / _EARLIER, 0
    if not (photos and points and path.exists()):
        return None
    length = photos * _ONE.itemsize
    whole = path.read_bytes()[: points * (length + sum_bytes)]
    rows = [whole[at : at + length + sum_bytes] for at in range(0, len(whole), length + sum_bytes)]
    is_whole = len(whole) == points * (length + sum_bytes)
    if not is_whole or (sum_bytes and any(one[length:] != _sum(one[:length]) for one in rows)):
        return None
    kept = np.frombuffer(b"".join(one[:length] for one in rows), _ONE).reshape(points, photos)
    return EpochAnswers(kept["called"], kept["share"])


def _sum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SUM_BYTES, "little")
