"""A run's answers about all photos of a set, kept beside the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.evaluation.predictions import write_predictions
from pipeline.jobs.reporter import Reporter
from pipeline.photos import other_names
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes
from pipeline.wording.text import some
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import JobRecord


def evaluate_run(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Ask the job's run about the job's photo set.

    Returns:
        `run`, `photo_set`, how many `photos` were asked about, and how many were left out
        because their class is none that the run has learned (`unknown`).

    Raises:
        PawTuneError: If the run or the set cannot be used.
        Stopped: From `report`; nothing is kept.
    """
    runs = Runs(workspace, job.visitor)
    run_id, photo_set_id = job.request["run"], job.request["photo_set"]
    photo_set = PhotoSets(workspace, job.visitor).open(photo_set_id)
    classifier = Classifier(read_bundle(runs.bundle_folder(run_id)))
    indices, truth = _known(photo_set, classifier, job.request.get("said", {}))
    arrays = photo_set.arrays(classifier.image_size_px, workspace.cache_folder, report)
    found = classifier.predictions(arrays, indices, truth, report)
    found = replace(found, scenes=scenes(photo_set, indices))
    write_predictions(runs.evaluation_path(run_id, photo_set_id), found)
    return {
        "run": run_id,
        "photo_set": photo_set_id,
        "photos": len(indices),
        "unknown": len(photo_set.photos) - len(indices),
    }


def _known(
    photo_set: PhotoSet, classifier: Classifier, said: Mapping[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Photos of classes that the run has learned: `(N,)` indices, and `(N,)` its own labels.

    Args:
        photo_set: The photos.
        classifier: The model.
        said: Which learned class a class of the set stands for, see `other_names.labels`.
    """
    learned = other_names.labels(photo_set.classes, classifier.classes, said)
    label_of = [learned.get(name, -1) for name in photo_set.classes]
    truth = np.array(label_of, np.int64)[photo_set.labels()]
    indices = np.flatnonzero(truth >= 0)
    if not len(indices):
        raise RunError(
            "The run has learned none of this set's classes. Say which of its own they mean: "
            f"{some(classifier.classes)}."
        )
    return indices, truth[indices]
