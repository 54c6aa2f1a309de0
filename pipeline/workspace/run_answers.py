"""What runs say about photos, as their files keep it, and what of it must not be seen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from pipeline.errors import PhotoSetError, RunError
from pipeline.evaluation.predictions import Predictions, read_predictions
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.run import Run


def kept(run: Run, name: str) -> Predictions:
    """The answers of a run that lie in a file of its folder.

    Raises:
        RunError: If they are missing or damaged.
    """
    found = read_predictions(run.results / name)
    if found is None or found.probabilities.shape[1] != len(run.classes):
        raise RunError(
            f"The predictions of {run.name} are missing or damaged. "
            "The run's curves and scores are not affected."
        )
    return found


def sealed(name: str) -> RunError:
    """What is said where answers of the run of this name must not be seen."""
    return RunError(
        f"The test of {name} is sealed: what it says about those photos is not shown until the "
        "seal is opened, once, for one run."
    )


def photo_names(folder: Path) -> list[str] | None:
    """Names of the photos of a set, as their owner knows them; None where the set is gone."""
    try:
        return [photo.name for photo in PhotoSet.open(folder).photos]
    except PhotoSetError:
        return None


def without_sealed(found: Predictions, asked: Path, sealed: Iterable[Path]) -> Predictions:
    """Answers about photos of a set, less those about sealed test photos, wherever they lie.

    Args:
        found: The answers.
        asked: The folder of the set that they are about.
        sealed: The folders of sets whose test photos are sealed.

    Raises:
        PhotoSetError: If one of the sets is gone or damaged: then nobody knows what to hide.
    """
    hidden = {
        photo.sha256
        for folder in sealed
        for photo in PhotoSet.open(folder).photos
        if photo.split == "test"
    }
    if not hidden:
        return found
    photos = PhotoSet.open(asked).photos
    seen = np.array([photos[at].sha256 not in hidden for at in found.photo_indices.tolist()], bool)
    return found.only(seen)
