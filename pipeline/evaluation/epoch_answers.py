"""Predictions of validation photos after each epoch: kept beside a run, while it works and after.

One row for each point of the curve, of four bytes for each photo: what it is called, and how sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.metrics import probabilities
from pipeline.files.disk_errors import plain_disk_errors

EPOCH_ANSWERS: Final = "epoch_answers.bin"  # in the run's folder
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
    before = (epoch - 1) * row.nbytes
    with plain_disk_errors(folder), (folder / EPOCH_ANSWERS).open("a+b") as file:
        if file.seek(0, 2) >= before:
            file.truncate(before)
            file.write(row.tobytes())


def read(folder: Path, photos: int, points: int) -> EpochAnswers | None:
    """What a run has kept; None of a run of an earlier version, or before its first epoch.

    Args:
        folder: Of the run.
        photos: Its validation photos, M.
        points: As many as the curve has; a row that it does not speak of yet is left out.
    """
    path = folder / EPOCH_ANSWERS
    if not (photos and points and path.exists()):
        return None
    rows = np.frombuffer(path.read_bytes()[: points * photos * _ONE.itemsize], np.uint8)
    if rows.size != points * photos * _ONE.itemsize:
        return None
    kept = rows.view(_ONE).reshape(points, photos)
    return EpochAnswers(kept["called"], kept["share"])
