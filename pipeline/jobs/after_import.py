"""Photos that are brought to be trained on: one import, and the training that follows it."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.errors import PawTuneError
from pipeline.jobs.awaited import AWAITS
from pipeline.jobs.job import Job, new_job
from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig


class Both(NamedTuple):
    """The two jobs."""

    importing: Job
    training: Job


class AfterImport(Jobs):
    """The same queue, for both at once."""

    def submit(self, source: str, name: str, config: TrainConfig) -> Both:
        """Queue an import, and the training of what it brings.

        Args:
            source: As on the command line.
            name: What to call the set; the run is numbered.
            config: The settings.

        Raises:
            PawTuneError: If this server, or this visitor's quota, does not allow it. What was
                queued already is stopped.
        """
        importing = self.submit_import(source, name)
        request = {AWAITS: importing.id, "config": config.to_json(), "name": None}
        training = new_job("train", f"Train {name}", request, self._visitor)
        try:
            with self._workspace.database.writing() as session:
                self._queue(session, training)
        except PawTuneError:
            self.stop(importing.id)
            raise
        self.settle()
        return Both(importing, self.get(training.id))
