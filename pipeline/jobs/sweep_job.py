"""A sweep as a job: settings are chosen, trained and judged by the validation photos.

Each try is a run like any other, with the numbers that it would have on its own; only the best one
is packed, and asked about the test photos, once, beside the settings that the sweep started from.
What the sweep goes by are the rows of its runs, so that one that was cut off goes on from there.
"""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import update

from pipeline.errors import RunError, Stopped
from pipeline.jobs import sweep_end
from pipeline.jobs.head_trial import Materials, seed_spread
from pipeline.jobs.new_run import new_run
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.trial import train_trial
from pipeline.progress import Stage, Step
from pipeline.tuning import sweep_outcome
from pipeline.tuning.sweep_plan import Plan, identity
from pipeline.tuning.sweep_samplers import next_settings
from pipeline.wording import sweep_text
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.sweeps import DEFAULT, Sweeps
from pipeline.workspace.tables import JobRecord, SweepRecord

OTHER_SEEDS: Final = 4


def run_sweep(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Try settings until the plan is done, then say what the best is worth.

    Returns:
        `{"sweep": id, "state": "done" or "stopped"}`.

    Raises:
        PawTuneError: If the photos or the weights do not allow it.
    """
    sweep = Sweeps(workspace).of_job(job.id)
    if sweep is None:
        raise RunError("The photos of this sweep were deleted before it began.")
    state, began = JobState.DONE, time.monotonic()
    report.leave_the_whole()
    try:
        _Sweeping(workspace, job, report, sweep.id, began).work()
    except Stopped:
        state = JobState.STOPPED
    finally:
        worked = time.monotonic() - began
        workspace.database.keep(
            lambda session: session.execute(
                update(SweepRecord)
                .where(SweepRecord.id == sweep.id)
                .values(seconds=SweepRecord.seconds + worked)
            )
        )
    return {"sweep": sweep.id, "state": state}


class _Sweeping:
    """One try at a sweep."""

    def __init__(
        self, workspace: Workspace, job: JobRecord, report: Reporter, sweep_id: str, began: float
    ) -> None:
        self._workspace, self._job, self._report = workspace, job, report
        self._id, self._began = sweep_id, began
        sweep = Sweeps(workspace).get(sweep_id)
        self._plan = Plan.from_json(sweep.plan)
        self._before_s = sweep.seconds
        self._runs, self._default_run = list(sweep.runs), sweep.default
        self._materials = Materials(workspace, sweep.photo_set_id, report.check)
        self._photo_set = PhotoSets(workspace).open(sweep.photo_set_id)

    def work(self) -> None:
        """Try what is left, then judge.

        Raises:
            Stopped: If somebody pressed Stop.
        """
        for place, run in enumerate(self._runs):
            if run.state in (RunState.INTERRUPTED, RunState.STOPPED) and run.early_end is None:
                self._runs[place] = self._train(run)
        while (settings := self._next()) is not None:
            number = max((run.sweep.number for run in self._runs if run.sweep), default=0) + 1
            self._runs.append(self._train(self._begin(number, settings)))
        self._judge()

    def _next(self) -> dict[str, Any] | None:
        limit = self._plan.minutes
        spent = self._before_s + time.monotonic() - self._began
        tried = sweep_outcome.tried(self._runs)
        if limit is not None and spent >= limit * 60 and tried:
            return None
        return next_settings(self._plan, tried)

    def _begin(self, number: int, settings: dict[str, Any]) -> Run:
        """The row of a new run, which is running from its first moment."""
        visitor, photo_set_id = self._job.visitor, self._photo_set.id
        photo_sets = PhotoSets(self._workspace, visitor)
        config = self._plan.config(settings)
        with self._workspace.database.writing() as session:
            record = new_run(session, photo_sets, visitor, photo_set_id, config, None)
            record.name = sweep_text.run_name(record.name, settings)
            record.job_id, record.state = self._job.id, RunState.RUNNING
            record.sweep = {"id": self._id, "number": number, "settings": settings}
            session.add(record)
            run_id = record.id
        return Runs(self._workspace).get(run_id)

    def _train(self, run: Run) -> Run:
        """Train a run, unless it was deleted; it as it stands then."""
        assert run.sweep is not None
        if not sweep_end.are_held(self._workspace, self._job.id, [run]):
            return run
        number, planned = run.sweep.number, self._plan.runs
        stage = Stage(Step.TRYING_SETTINGS, epoch=number or planned, epochs=planned)
        others = [one.epochs for one in self._runs if one.id != run.id]
        may_fall_behind = number != DEFAULT
        train_trial(
            self._workspace,
            run,
            self._photo_set,
            self._report,
            stage,
            others if may_fall_behind else [],
            self._materials,
        )
        return Runs(self._workspace).get(run.id)

    def _judge(self) -> None:
        """Pack the best run and the default, and hold them against each other."""
        sweep = Sweeps(self._workspace).get(self._id)  # some may have been deleted meanwhile
        self._runs, self._default_run = list(sweep.runs), sweep.default
        best = sweep_outcome.best(self._runs)
        if best is None:
            raise RunError(
                "None of the settings led to a network; the runs say why. Choose lower learning "
                "rates, and sweep again."
            )
        luck, near = sweep_end.luck(self._runs, self._photo_set)
        default = self._default()
        spread = self._seed_spread(best)
        pair = list({run.id: run for run in (default, best)}.values())
        if not sweep_end.are_held(self._workspace, self._job.id, pair):
            self._judge()
            return
        try:
            sweep_end.pack(self._workspace, self._job, self._report, pair)
            against = sweep_end.against_default(self._workspace, best.id, default.id)
        finally:
            sweep_end.let_go(self._workspace, pair)
        outcome = {
            "seed_spread": spread,
            "contenders": near,
            "against_default": {**against, "luck_of_choosing": luck},
        }

        def keep(session: Any) -> None:
            Sweeps(self._workspace).find(session, self._id).outcome = outcome

        self._workspace.database.keep(keep)

    def _default(self) -> Run:
        """The run of the settings that the sweep started from; trained now if there is none."""
        wanted = identity(self._plan.base)
        for run in (self._default_run, *self._runs):
            # What its photos make of "auto" may stand in its own settings by now.
            asked = run.sweep.settings if run and run.sweep else None
            if run and run.state is RunState.DONE and self._plan.identity(asked or {}) == wanted:
                return run
        if self._default_run is not None and self._default_run.early_end is not None:
            return self._default_run  # it would go astray again
        return self._train(self._default_run or self._begin(DEFAULT, {}))

    def _seed_spread(self, best: Run) -> dict[str, Any] | None:
        """How far the best one's settings come with other seeds; None where that takes long."""
        material = self._materials.get(best.config)
        if material is None:
            return None
        self._report.tell(Stage(Step.TRYING_SEEDS))
        seeds = [best.config.seed + more for more in range(1, 1 + OTHER_SEEDS)]
        found = seed_spread(material, best.config, seeds)
        return {"seeds": seeds, "accuracies": found, "low": min(found), "high": max(found)}
