"""The first training: at one press, on photos that are there or on their way.

In the demo the drawn pets are everybody's, and so is the training on them: it is computed once, and
whoever presses later gets the same run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.jobs.awaited import AWAITS
from pipeline.jobs.expected_time import expected_s
from pipeline.jobs.installed import installed_versions
from pipeline.jobs.job import Job, new_job, told
from pipeline.jobs.new_run import new_run
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.opened import DRAWN_PETS, TUTORIAL, ready_set
from pipeline.settings import mode
from pipeline.settings.presets import FIRST, FIRST_REAL
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import JobRecord

NAME: Final = "My first network"
EVERYBODYS: Final = "First network"  # what the demo calls the one that all share
_TUTORIAL_FILE: Final = "cats_and_dogs_filtered.zip"
_SOURCE: Final = "first"  # in a job's request: what the photos of this first training are


def config_for(source: str) -> TrainConfig:
    """The settings for the drawn pets, or for the tutorial's photos."""
    return FIRST if source == DRAWN_PETS else FIRST_REAL


class FirstTraining(Jobs):
    """The same queue, for the first training."""

    def photos(self, source: str) -> PhotoSetRow | None:
        """The newest set of these photos that can be trained on; None where there is none yet.

        Args:
            source: `DRAWN_PETS` or `TUTORIAL`.
        """
        rows = PhotoSets(self._workspace, self._sees(source)).list()
        return next((row for row in rows if _is_of(row, source) and not row.missing), None)

    def submit(self, source: str) -> Job:
        """Queue it: on the photos that are there, or behind the import that brings them.

        Args:
            source: `DRAWN_PETS` or `TUTORIAL`.

        Raises:
            PhotoSetError: If the photos cannot be trained on.
            PawTuneError: If this server, or this visitor's quota, does not allow it.
        """
        row = self.photos(source)
        coming = None if row else self._coming(source)
        owner = self._owner(source)
        with self._workspace.database.writing() as session:
            if earlier := self._at_work(session, source):  # a double click, or another visitor
                return earlier
            name = NAME if owner == self._visitor else EVERYBODYS
            request: dict[str, Any] = {_SOURCE: source}
            job = new_job("train", f"Train {name}", request, owner)
            if row is not None:
                sets = PhotoSets(self._workspace, owner)
                run = new_run(session, sets, owner, row.id, config_for(source), name)
                run.job_id, job.run_id = job.id, run.id
                job.request = {**request, "run": run.id}
                session.add(run)
                job.seconds_left = expected_s(session, run)
            elif coming is not None:
                config = config_for(source).to_json()
                job.request = {**request, AWAITS: coming.id, "config": config, "name": name}
            self._queue(session, job)
        self.settle()
        return self.get(job.id)

    def at_work(self) -> Job | None:
        """The first training that waits or works, of this visitor or of everybody."""
        with self._workspace.database.reading() as session:
            return self._at_work(session)

    def finished(self, source: str) -> Run | None:
        """The run of the same photos, settings and versions, where it has been trained already."""
        job, row = self.latest("train", **{_SOURCE: source}), self.photos(source)
        if job is None or job.run_id is None or row is None:
            return None
        try:
            run = self._runs.get(job.run_id)
        except RunError:  # it was deleted
            return None
        config = replace(run.config, class_weight=config_for(source).class_weight)
        alike = run.photo_set_id == row.id and config == config_for(source)
        same = alike and installed_versions().items() <= run.versions.items()
        return run if same and job.finished and run.can_answer and not run.error else None

    def _coming(self, source: str) -> Job:
        """The import that brings these photos."""
        for job in Jobs(self._workspace, self._sees(source)).active():
            if job.kind == "import" and job.request["source"] == source:
                return job
        owner = Jobs(self._workspace, self._owner(source))
        return owner.submit_import(source, ready_set(source).title)

    def _at_work(self, session: Session, source: str | None = None) -> Job | None:
        active = select(JobRecord).where(
            JobRecord.kind == "train", JobRecord.state.in_(ACTIVE), self._seen()
        )
        for record in session.scalars(active.order_by(JobRecord.number)):
            if _SOURCE in record.request and source in (None, record.request[_SOURCE]):
                return told(session, record)
        return None

    def _owner(self, source: str) -> str | None:
        """Whose the photos and the run are; of the drawn pets in the demo everybody's."""
        return None if source == DRAWN_PETS else self._visitor

    def _sees(self, source: str) -> str | None:
        """As whom to look for the photos: who sees what is everybody's sees no other visitor's."""
        shared = self._visitor is not None and self._owner(source) is None
        return mode.NOBODY if shared else self._visitor


def _is_of(row: PhotoSetRow, source: str) -> bool:
    own = source == TUTORIAL and row.source.endswith(_TUTORIAL_FILE)
    return own or row.source == source
