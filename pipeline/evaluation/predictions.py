"""What a run says about photos whose class is known: its file, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.files.atomic import staged_file
from pipeline.files.spreadsheet import as_csv

_ROUNDING: Final = 1e-3  # by which a probability may lie above 1


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a run says about photos of a set.

    Attributes:
        photo_indices: `(N,)` int64, positions in the photo set.
        truth: `(N,)` int64 class indices.
        probabilities: `(N, num_classes)` float32 that sum to 1 per photo.
        strangeness: `(N,)` as `classify.answer.Answer`, NaN where the run does not know; None where
            nobody kept it.
        scenes: `(N,)` int64, equal numbers for photos that look nearly the same; None where nobody
            knows, as in files of earlier versions.
        in_turns: Whether many answered, each about photos that the others had learned from.
    """

    photo_indices: NDArray[np.int64]
    truth: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    strangeness: NDArray[np.floating] | None = None
    scenes: NDArray[np.int64] | None = None
    in_turns: bool = False

    @property
    def called(self) -> NDArray[np.int64]:
        """`(N,)` int64: the class with the highest probability."""
        called: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return called

    def only(self, which: NDArray[np.bool_]) -> Predictions:
        """The answers about some of the photos.

        Args:
            which: `(N,)`, whether each stays.
        """
        return replace(
            self,
            photo_indices=self.photo_indices[which],
            truth=self.truth[which],
            probabilities=self.probabilities[which],
            strangeness=None if self.strangeness is None else self.strangeness[which],
            scenes=None if self.scenes is None else self.scenes[which],
        )

    @property
    def right(self) -> NDArray[np.bool_]:
        """`(N,)`: whether that is the photo's class."""
        return np.asarray(self.called == self.truth)

    def csv(self, classes: Sequence[str], names: Sequence[str] | None) -> str:
        """Comma-separated values, one line per photo: name, is, called, probabilities.

        Args:
            classes: Class names, in the order of the probabilities.
            names: Of all photos of the set; a photo that has none of them is numbered.
        """
        rows = [
            (
                names[index] if names and index < len(names) else f"photo {index + 1}",
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


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Keep `predictions` at `path`, whole or not at all; `read_predictions` gives them back."""
    kept: dict[str, NDArray[Any]] = {
        "photo_indices": predictions.photo_indices,
        "truth": predictions.truth,
        "probabilities": predictions.probabilities,
    }
    if predictions.strangeness is not None:
        kept["strangeness"] = predictions.strangeness
    if predictions.scenes is not None:
        kept["scenes"] = predictions.scenes
    if predictions.in_turns:
        kept["in_turns"] = np.array(True)
    with staged_file(path) as temporary, temporary.open("wb") as stream:  # a name would get .npz
        np.savez(stream, **kept)  # type: ignore[arg-type]  # its flag is none of these names


def read_predictions(path: Path) -> Predictions | None:
    """What `write_predictions` has kept at `path`; None where it is missing or damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            indices, truth = kept["photo_indices"], kept["truth"]
            probabilities = kept["probabilities"]
            # Files of earlier versions lack these.
            strangeness, scenes = kept.get("strangeness"), kept.get("scenes")
            in_turns = "in_turns" in kept
    except Exception:  # zip, zlib and NumPy's readers raise ten kinds and more on damaged files
        return None
    if not _fit(indices, truth, probabilities, indices if scenes is None else scenes):
        return None
    if strangeness is not None and not _fits(strangeness, len(truth)):
        return None
    return Predictions(
        indices.astype(np.int64),
        truth.astype(np.int64),
        probabilities.astype(np.float32),
        strangeness,
        None if scenes is None else scenes.astype(np.int64),
        in_turns,
    )


def _fits(strangeness: Any, photos: int) -> bool:
    return (
        isinstance(strangeness, np.ndarray)
        and strangeness.dtype.kind == "f"
        and strangeness.shape == (photos,)
    )


def _fit(indices: Any, truth: Any, probabilities: Any, scenes: Any) -> bool:
    """Whether these are arrays that answer for the same photos, with numbers that can be so."""
    arrays = (indices, truth, probabilities, scenes)
    if not all(isinstance(one, np.ndarray) for one in arrays):  # NumPy gives other files as bytes
        return False
    if [one.dtype.kind for one in arrays] != ["i", "i", "f", "i"] or probabilities.ndim != 2:
        return False
    photos, classes = probabilities.shape
    return (
        classes >= 2
        and indices.shape == truth.shape == scenes.shape == (photos,)
        and bool((indices >= 0).all())
        and bool(((truth >= 0) & (truth < classes)).all())
        and bool(np.isfinite(probabilities).all())
        and bool(((probabilities >= 0) & (probabilities <= 1 + _ROUNDING)).all())
    )
