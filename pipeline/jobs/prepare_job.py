"""A preparation for tuning as a job: what the frozen network makes of a set, view by view.

It works behind everything else, and gives way to a training that would want the same files: its
process ends, so that others may prepare, and is started again afterwards. What was made until then
is there for both. The test photos are left alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import select

from pipeline.errors import CacheFull
from pipeline.features.features import Frozen
from pipeline.files.cache import Cache
from pipeline.jobs.job import gives_way
from pipeline.jobs.reporter import Reporter
from pipeline.learning.initial_weights import starting_tensors
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, Step, Unit
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch
from pipeline.tuning.material import Needed
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord

_NICER: Final = 10  # behind every other worker
_LOOK_EVERY_S: Final = 0.5
_STAGE: Final = Stage(Step.LOOKING_TO_TUNE)
_TOO_MUCH: Final = (
    "What these settings need does not fit into the cache. Choose fewer views, or allow more with "
    "PAWTUNE_CACHE_GIB."
)


def prepare(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Look at the photos in every view that is asked for, as far as nobody has yet.

    Returns:
        `photo_set`, and how many `photos` there are, each view counted; or the `state` of a job
        that waits, where it gave way.

    Raises:
        CacheFull: If there is no room for all of it at a time.
        PawTuneError: If the set or the network cannot be used.
        Stopped: From `report`; whole views stay.
    """
    if hasattr(os, "nice"):
        os.nice(_NICER)
    photo_set = PhotoSets(workspace, job.visitor).open(job.request["photo_set"])
    config = TrainConfig.from_json(job.request["config"] | job.request["fine_tuning"])
    needed: list[Needed] = [(split, view) for split, view in job.request["needed"]]
    polite = _Polite(workspace, job, report, photo_set, needed)
    no_photos = np.empty((0, 1, 1, 3), np.uint8)  # only a random start would look at some
    start = starting_tensors(config, workspace.cache_folder, no_photos, report)
    cache = Cache(workspace.cache_folder)
    cut = Frozen.cut_to_keep(config, photo_set, cache)
    with Frozen(
        config, photo_set, cache, start.tensors, start.sha256, cut, Stopwatch(), polite
    ) as frozen:
        try:
            for place, one in enumerate(needed):
                polite.turn_to(place)
                if frozen.kept(*one) is None:
                    frozen.pooled(*one)
        except _GiveWay:
            return {"state": JobState.QUEUED}
        if any(frozen.kept(*one) is None for one in needed):  # what came last took its place
            raise CacheFull(_TOO_MUCH)
    return {"photo_set": photo_set.id, "photos": job.request["photos"]}


class _GiveWay(Exception):  # noqa: N818 - it describes what is to be done
    """Somebody else wants to look at the photos now."""


class _Polite:
    """A `Report` that tells of the whole, and ends a view for the sake of a training."""

    def __init__(
        self,
        workspace: Workspace,
        job: JobRecord,
        report: Reporter,
        photo_set: PhotoSet,
        needed: Sequence[Needed],
    ) -> None:
        self._workspace, self._report = workspace, report
        self._photos = [len(photo_set.indices(split)) for split, _ in needed]
        self._place, self._looked_at = 0, time.monotonic()
        self._before = select(gives_way()).where(JobRecord.id == job.id)

    def turn_to(self, place: int) -> None:
        """Begin with one of the things needed."""
        self._place = place
        self._let_pass()

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
    ) -> None:
        """See `pipeline.progress.Report`."""
        if time.monotonic() - self._looked_at > _LOOK_EVERY_S:
            self._let_pass()
        if stage.step not in (Step.LOOKING, Step.LOOKING_AT_VIEW):
            self._report(stage)  # without numbers: they would be taken for those of the whole
            return
        share = done / total if total else 0.0
        seen = sum(self._photos[: self._place]) + share * self._photos[self._place]
        self._report(_STAGE, round(seen), sum(self._photos), "photos")

    def _let_pass(self) -> None:
        self._looked_at = time.monotonic()
        with self._workspace.database.reading() as session:
            if session.scalar(self._before):
                raise _GiveWay
