"""The queue of work: submit, look, stop. Workers are started by `dispatch`.

A job is a row in the database; whoever looks at the queue also keeps it moving
(`settle`), so no process has to stay alive for the work to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import PawTuneError, RunError
from pipeline.jobs import export_job, further, going_on, preparation
from pipeline.jobs.expected_time import expected_s
from pipeline.jobs.import_request import Wishes, import_request
from pipeline.jobs.job import Job, new_job, told
from pipeline.jobs.job_list import JobList
from pipeline.jobs.new_run import new_run
from pipeline.photos.sources import code_pages
from pipeline.settings.export_settings import MAX_LOSS
from pipeline.settings.paths import whole
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import photo_set_rows, quotas
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import ACTIVE, RunState
from pipeline.workspace.tables import JobRecord


class Jobs(JobList):
    """The work of one workspace, as one visitor sees it and asks for it."""

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        super().__init__(workspace, visitor)
        self._photo_sets = PhotoSets(workspace, visitor)
        self._runs = Runs(workspace, visitor)

    def submit_import(self, source: str, name: str | None = None, **wishes: Unpack[Wishes]) -> Job:
        """Queue the import of photos.

        Args:
            source: As on the command line.
            name: What to call the set.
            **wishes: As `Wishes` tells them.

        Raises:
            PawTuneError: If this server, or this visitor's quota, does not allow it.
        """
        request = import_request(source, name, wishes)
        into, code_page = wishes.get("into"), wishes.get("code_page")
        title = f"Add to {name}" if into else f"Import {name or source}"
        try:
            quotas.expect_source(self._workspace, source, wishes.get("data_dir"))
            if code_page is not None:
                code_pages.code_page(code_page)
            return self._submit("import", title, request, self._may_import)
        except PawTuneError:
            photo_set_rows.forget_upload(self._workspace, Path(source))
            raise

    def submit_train(
        self,
        photo_set_id: str,
        config: TrainConfig,
        name: str | None = None,
        further_from: str | None = None,
    ) -> Job:
        """Queue a training; its run appears among the runs at once.

        Args:
            photo_set_id: The photos.
            config: The settings; those in `further.FOLLOWS` follow from `further_from`.
            name: What to call the run; None: as the set, with a number.
            further_from: Id of the run whose network it starts from; it stays as it is.

        Raises:
            PhotoSetError: If there is no such photo set.
            RunError: If there is no such run of this visitor's own, it left no network, or has
                learned from photos that would test the new one.
            JobError: If too much work waits already.
            QuotaError: If there is no room for what it would leave.
        """
        with self._workspace.database.writing() as session:
            earlier = further.expect_own(session, self._runs, further_from)
            config = further.following(config, earlier)
            run = new_run(session, self._photo_sets, self._visitor, photo_set_id, config, name)
            job = new_job("train", f"Train {run.name}", {"run": run.id}, self._visitor, run.id)
            run.job_id = job.id
            session.add(run)
            job.seconds_left = expected_s(session, run)
            self._queue(session, job)
            # Last, so that no file is written where any of the above refuses.
            run.started_from = further.hand_over(self._workspace, earlier, photo_set_id, run.id)
        self.settle()
        return self.get(job.id)

    def continue_run(self, run_id: str, only_pack: bool = False) -> Job:
        """Queue the rest of a training that was stopped or cut off, or that stopped early.

        Args:
            run_id: Of the run.
            only_pack: Whether it learns nothing more, and what it has learned is made to answer.

        Raises:
            RunError: If it is running, ended before anything was kept, or has nothing to go on to.
        """
        with self._workspace.database.writing() as session:
            record = self._runs.find_own(session, run_id)
            run = self._runs.get(run_id)
            going_on.expect_can_go_on(session, run)
            going_on.prepare(session, self._workspace, run)
            request = {
                "run": run_id,
                "resume": True,
                **({"pack": True} if only_pack and run.epochs_left else {}),
            }
            verb = "Pack" if only_pack else "Continue"
            job = new_job("train", f"{verb} {run.name}", request, self._visitor, run_id)
            record.job_id, record.state, record.error = job.id, RunState.QUEUED, None
            self._queue(session, job)
        self.settle()
        return self.get(job.id)

    def submit_explore(self) -> Job:
        """Queue the preparation of the stock network for the Explore page, which all share."""
        return self._submit("explore", "Prepare the original network", {}, public=True)

    def submit_timing(self, config: TrainConfig) -> Job:
        """Queue a few timed batches for the time estimate."""
        request = {"config": config.to_json()}
        return self._submit("timing", "Time a few batches", request)

    def submit_save(self, photo_set_id: str) -> Job:
        """Queue the saving of a photo set as one file, to be downloaded.

        Raises:
            PhotoSetError: If there is no such photo set.
        """
        row = self._photo_sets.get(photo_set_id)
        return self._submit("save", f"Save {row.name}", {"photo_set": row.id})

    def submit_export(self, run_id: str, format: str, max_loss: float = MAX_LOSS.default) -> Job:
        """Queue that a run is exported as a file; see `exporting.formats`.

        Args:
            run_id: Of the run.
            format: Name of the format.
            max_loss: How many points 8 bits may cost.

        Raises:
            RunError: If there is no such run, or it cannot be exported so.
            SettingError: If `max_loss` is no such number.
        """
        run = self._runs.get(run_id)
        form = export_job.expect_exportable(run, format)
        request = export_job.request(run, form, max_loss)
        return self._submit("export", f"{form.label}: {run.name}", request)

    def submit_evaluate(
        self, run_id: str, photo_set_id: str, said: Mapping[str, str] | None = None
    ) -> Job:
        """Queue that a run answers about all photos of a set; for `said` see `other_names.labels`.

        Raises:
            RunError: If there is no such run, or it cannot answer.
            PhotoSetError: If there is no such photo set.
        """
        run, row = self._runs.get(run_id), self._photo_sets.get(photo_set_id)
        if not run.can_answer:
            raise RunError(f"{run.name} has no network that could answer. Train it to the end.")
        request = {"run": run.id, "photo_set": row.id} | ({"said": dict(said)} if said else {})
        return self._submit("evaluate", f"Ask {run.name} about {row.name}", request)

    def submit_map(self, photo_set_id: str, run_id: str | None = None) -> Job:
        """Queue that the map of a set is drawn: by its study, or by what a run's network sees.

        Raises:
            PhotoSetError: If there is no such photo set.
            RunError: If there is no such run.
        """
        row = self._photo_sets.get(photo_set_id)
        by = "" if run_id is None else self._runs.get(run_id).id
        return self._submit("map", f"Map of {row.name}", {"photo_set": row.id, "run": by})

    def submit_study(self, photo_set_id: str) -> Job:
        """Queue that the frozen network looks at a set, so that heads can say what they know.

        Raises:
            PhotoSetError: If there is no such photo set.
        """
        row = self._photo_sets.get(photo_set_id)
        return self._submit("study", f"Study {row.name}", {"photo_set": row.id})

    def prepare(self, photo_set_id: str, config: TrainConfig, again: bool = False) -> Job | None:
        """Queue what tuning with these settings needs, of which nothing may wait already.

        To be called when settings have changed, not at every look: what an earlier call asked for
        the same set with others is stopped, and what it has made is kept.

        Args:
            photo_set_id: The photos.
            config: The settings.
            again: Whether to try again what was stopped or has failed.

        Returns:
            The job, which may have been stopped or failed; None where everything is there.

        Raises:
            PhotoSetError: If there is no such photo set.
            NotReady: If the network is none that could look at photos before a training.
            QuotaError: If it is more than a visitor may have prepared.
        """
        row = self._photo_sets.get(photo_set_id)
        request = preparation.request(self._workspace, row, config)
        if request is None:
            return None
        with self._workspace.database.writing() as session:
            earlier = preparation.earlier(session, self._visitor, request)
            if earlier is None or (again and earlier.state not in ACTIVE):
                quotas.expect_may_prepare(self._visitor, request["photos"])
                for record in preparation.outdated(session, self._visitor, row.id):
                    record.request = {**record.request, "outdated": True}
                    self._stop(session, record)
                earlier = new_job("prepare", f"Prepare {row.name}", request, self._visitor)
                self._queue(session, earlier)
        self.settle()
        return self.get(earlier.id)

    def submit_backup(self, target: Path) -> Job:
        """Queue a backup of everything into a new file, `target`.

        Raises:
            SettingError: If it begins with a home folder that there is not.
        """
        request = {"target": str(whole(target))}
        return self._submit("backup", f"Back up into {target.name}", request)

    def submit_restore(self, source: Path) -> Job:
        """Queue that this workspace, which is empty, is filled from a backup.

        Raises:
            SettingError: If `source` begins with a home folder that there is not.
        """
        request = {"source": str(whole(source))}
        return self._submit("restore", f"Restore {source.name}", request)

    def _submit(
        self,
        kind: str,
        title: str,
        request: dict[str, Any],
        check: Callable[[Session, JobRecord], None] | None = None,
        public: bool = False,
    ) -> Job:
        """Queue work, unless the very same waits or runs; `check` may refuse it."""
        quotas.expect_kind(kind)
        job = new_job(kind, title, request, None if public else self._visitor)
        with self._workspace.database.writing() as session:
            same = session.scalars(
                select(JobRecord).where(
                    JobRecord.kind == kind,
                    JobRecord.state.in_(ACTIVE),
                    JobRecord.visitor == job.visitor,
                )
            )
            for record in same:  # a double click, or a second browser: one job
                if record.request == request:
                    return told(session, record)
            if check is not None:
                check(session, job)
            self._queue(session, job)
        self.settle()
        return self.get(job.id)

    def _may_import(self, session: Session, job: JobRecord) -> None:
        source, into = job.request["source"], job.request["into"]
        if into is not None:
            self._photo_sets.find_own(session, into)
        quotas.expect_may_import(session, self._workspace, self._visitor, source, into)

    def _queue(self, session: Session, job: JobRecord) -> None:
        quotas.expect_may_queue(session, self._workspace, self._visitor, job.kind)
        session.add(job)
