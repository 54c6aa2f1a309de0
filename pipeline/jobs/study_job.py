"""A study as a job: the frozen network looks at a set once, and heads say what they know of it.

Nothing is trained for keeps. The features lie where a training looks for them, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation import label_errors, more_photos
from pipeline.features.features import Frozen
from pipeline.features.study_network import study_network
from pipeline.files.cache import Cache
from pipeline.heads.by_size import judge_by_size
from pipeline.heads.label_check import judge_labels
from pipeline.jobs.reporter import Reporter
from pipeline.learning.initial_weights import starting_tensors
from pipeline.network.mobilenet_v2 import num_features
from pipeline.photos.checkup import readiness
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes_or_alone
from pipeline.photos.splits import SPLITS
from pipeline.progress import Report
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch
from pipeline.workspace import seal_rows
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from pipeline.workspace.tables import JobRecord

_LEAST: Final = 2  # photos of a class that can be learned from and asked about
_SEED: Final = 0


def study_photo_set(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Look at the job's photo set, and keep what heads say of it.

    Returns:
        `photo_set`, and how many `photos` were looked at.

    Raises:
        PawTuneError: If the set or the network cannot be used.
        Stopped: From `report`; no answers are kept.
    """
    photo_set_id = job.request["photo_set"]
    photo_set = PhotoSets(workspace, job.visitor).open(photo_set_id)
    studies = Studies(workspace)
    features = look(workspace, photo_set, study_network(), report)
    earlier = studies.get(photo_set_id)
    with workspace.database.reading() as session:
        is_shut = seal_rows.is_shut(session, photo_set_id, job.visitor)
    study = judge(photo_set, features, report, is_shut)
    if earlier is not None:
        study = replace(study, confirmed=earlier.confirmed)
    PhotoSets(workspace).expect(photo_set_id)  # it may have been deleted meanwhile
    studies.keep(photo_set_id, study, features)
    return {"photo_set": photo_set_id, "photos": len(photo_set.photos)}


def look(
    workspace: Workspace, photo_set: PhotoSet, config: TrainConfig, report: Report
) -> KnownFeatures:
    """Features of all photos, from the cache or computed now."""
    no_photos = np.empty((0, 1, 1, 3), np.uint8)  # only a random start would look at some
    start = starting_tensors(config, workspace.cache_folder, no_photos, report)
    pooled = np.empty((len(photo_set.photos), num_features(config.alpha)), np.float32)
    cache, watch = Cache(workspace.cache_folder), Stopwatch()
    with Frozen(config, photo_set, cache, start.tensors, start.sha256, 0, watch, report) as frozen:
        for split in SPLITS:
            if len(chosen := photo_set.indices(split)):
                pooled[chosen] = frozen.pooled(split, None)
    return KnownFeatures(hashes(photo_set), pooled, _decisive(config), start.sha256)


def _decisive(config: TrainConfig) -> dict[str, Any]:
    """What a photo's features hang on, besides the file of weights."""
    return {name: getattr(config, name) for name in ("weights", "alpha", "image_size_px")}


def judge(
    photo_set: PhotoSet, features: KnownFeatures, report: Report, is_shut: bool = False
) -> Study:
    """What heads say of the photos.

    Args:
        photo_set: The photos.
        features: What the frozen network made of each of them, in this order.
        report: Told how far it is; may raise `Stopped`.
        is_shut: Whether its test photos are sealed: then they are neither learned nor asked about.
    """
    counted = np.ones(len(photo_set.photos), np.bool_)
    if is_shut:
        counted[photo_set.indices("test")] = False
    classes = learnable(photo_set, counted)
    sha256, count = hashes(photo_set), len(photo_set.photos)
    if len(classes) < 2:
        nothing = np.empty((count, 0), np.float32)
        return Study(sha256, (), nothing, nothing)
    labels = np.full(len(photo_set.classes), -1)
    labels[list(classes)] = np.arange(len(classes))
    given = np.where(counted, labels[photo_set.labels()], -1)
    labelled = np.flatnonzero(given >= 0)
    given = given[labelled]
    groups = scenes_or_alone(photo_set)[labelled]
    known = (features.pooled[labelled], given, groups, len(classes), _SEED, report)
    judged = judge_labels(*known)
    wrong = label_errors.find(given, judged.pruned).count / len(labelled)
    by_size = judge_by_size(*known)
    asked = groups[by_size.photos]
    sizes = more_photos.size_curve(by_size.sizes, by_size.right, asked, wrong, _SEED)
    plain, pruned = np.zeros((2, count, len(classes)), np.float32)
    plain[labelled], pruned[labelled] = judged
    names = tuple(photo_set.classes[index] for index in classes)
    return Study(sha256, names, plain, pruned, sizes.to_json())


def learnable(photo_set: PhotoSet, counted: NDArray[np.bool_]) -> tuple[int, ...]:
    """Indices of the classes that a head can learn and be asked about.

    Args:
        photo_set: The photos.
        counted: `(N,)`, which of them count.
    """
    sizes = np.bincount(photo_set.labels()[counted], minlength=len(photo_set.classes))
    return tuple(
        index
        for index, name in enumerate(photo_set.classes)
        if sizes[index] >= _LEAST and not readiness.is_unlabelled(name)
    )
