"""What a run says about photos whose class is known: read from its file, told as a table."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.cells import as_csv
from pipeline.errors import PhotoSetError
from pipeline.photos.photo_set import PhotoSet


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a run says about its test photos.

    Attributes:
        photo_indices: `(N,)` int64, positions in the photo set.
        truth: `(N,)` int64 class indices.
        probabilities: `(N, num_classes)` float32 that sum to 1 per photo.
    """

    photo_indices: NDArray[np.int64]
    truth: NDArray[np.int64]
    probabilities: NDArray[np.float32]

    @property
    def called(self) -> NDArray[np.int64]:
        """`(N,)` int64: the class with the highest probability."""
        called: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return called

    def csv(self, classes: Sequence[str], names: Sequence[str] | None) -> str:
        """Comma-separated values, one line per photo: name, is, called, probabilities.

        Args:
            classes: Class names, in the order of the probabilities.
            names: Of all photos of the set; where they are gone, photos are numbered.
        """
        rows = [
            (
                names[index] if names else f"photo {index + 1}",
                classes[truth],
                classes[called],
                *shares,
            )
            for index, truth, called, shares in zip(
                self.photo_indices.tolist(),
                self.truth.tolist(),
                self.called.tolist(),
                self.probabilities.tolist(),
                strict=True,
            )
        ]
        header = ("name", "is", "called", *(f"probability of {name}" for name in classes))
        return as_csv(header, rows)


def read_predictions(path: Path) -> Predictions | None:
    """What lies at `path`; None where it is missing or damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            return Predictions(kept["photo_indices"], kept["truth"], kept["probabilities"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def photo_names(folder: Path) -> list[str] | None:
    """Names of the photos of a set, as their owner knows them; None where the set is gone."""
    try:
        return [photo.name for photo in PhotoSet.open(folder).photos]
    except PhotoSetError:
        return None
