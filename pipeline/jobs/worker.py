"""One job, done in a process of its own: `python -m pipeline.jobs.worker JOB ATTEMPT`.

Started by `dispatch`, never by hand. What it says goes to the job's log; where it is
and how it ended goes to the database.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import Overtaken, PawTuneError, Stopped
from pipeline.files.disk_errors import plain_disk_errors
from pipeline.jobs import claims, dispatch
from pipeline.jobs.reporter import Reporter
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import quotas
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import lock_path
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord

log = logging.getLogger("pawtune.worker")
NICENESS: Final = 5  # pages answer first, work takes all the rest
_GIVEN_WAY: Final = 5  # more than that for what nobody waits for before the next training
Work = Callable[[Workspace, JobRecord, Reporter], dict[str, Any]]


def _import(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.import_job import import_source

    return import_source(workspace, job, report)


def _train(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.train_job import train_run

    return train_run(workspace, job, report)


def _sweep(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.sweep_job import run_sweep

    return run_sweep(workspace, job, report)


def _explore(workspace: Workspace, _job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.classify.imagenet_prepare import prepare_explorer

    return dict(prepare_explorer(workspace.explorer_folder, report))


def _timing(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.learning.speed_test import time_batches
    from pipeline.workspace.machine_speed import Timings

    config = TrainConfig.from_json(job.request["config"])
    Timings(workspace).keep(config, time_batches(config, report))
    return {}


def _save(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.save_job import export_photo_set

    return export_photo_set(workspace, job, report)


def _export(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.export_job import export_run

    return export_run(workspace, job, report)


def _backup(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.workspace.backup.backup import back_up

    return back_up(workspace, Path(job.request["target"]), report)


def _restore(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.workspace import photo_set_rows
    from pipeline.workspace.backup.restoring import restore

    source = Path(job.request["source"])
    try:
        return restore(workspace, source, report)
    finally:
        photo_set_rows.forget_upload(workspace, source)


def _evaluate(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.evaluate_job import evaluate_run

    return evaluate_run(workspace, job, report)


def _study(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.study_job import study_photo_set

    return study_photo_set(workspace, job, report)


def _map(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.map_job import draw_map

    return draw_map(workspace, job, report)


def _prepare(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    from pipeline.jobs.prepare_job import prepare

    return prepare(workspace, job, report)


# The imports stand inside the functions so that a job loads only what it needs.
WORK: Final[dict[str, Work]] = {
    "import": _import,
    "train": _train,
    "sweep": _sweep,
    "explore": _explore,
    "timing": _timing,
    "evaluate": _evaluate,
    "study": _study,
    "map": _map,
    "prepare": _prepare,
    "save": _save,
    "export": _export,
    "backup": _backup,
    "restore": _restore,
}


def do_job(workspace: Workspace, job_id: str, attempt: int) -> int:
    """Do the job and write its end; the process's exit code."""
    job = claims.begin(workspace, job_id, attempt)
    if job is None:
        log.error("This process was not asked to do %s.", job_id)
        return 2
    with workspace.database.fenced(claims.fence(job_id, attempt)):
        try:
            return _do(workspace, job)
        except Overtaken as lost:
            log.error("%s", lost)
            return 3


def _do(workspace: Workspace, job: JobRecord) -> int:
    """Do a job that this process has begun with."""
    job_id = job.id
    report = Reporter(workspace, job_id, quotas.time_limit_s(job.visitor), _give_way)
    state, error, result = JobState.DONE, None, dict[str, Any]()
    try:
        with plain_disk_errors(workspace.home):  # where the work itself has no better words
            result = WORK[job.kind](workspace, job, report)
        error = result.pop("error", None)  # of work that has something to show for it all the same
        state = JobState(result.pop("state", JobState.FAILED if error else JobState.DONE))
    except Stopped:
        state = JobState.STOPPED
    except Overtaken:
        raise
    except PawTuneError as problem:
        log.error("%s", problem)
        state, error = JobState.FAILED, str(problem)
    except MemoryError:
        log.exception("Out of memory.")
        state = JobState.FAILED
        error = "The computer ran out of memory. Try a smaller batch or image size, then again."
    except Exception:
        log.exception("A bug ended the work.")
        state = JobState.FAILED
        error = (
            "Something went wrong inside PawTune; the log says where. "
            "What was kept before is safe. Try again, and report it if it happens again."
        )
    finally:
        report.close()

    def keep_end(session: Session) -> None:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        record.result = result
        if state == JobState.DONE:
            record.fraction = 1.0
        dispatch.end(session, record, state, error)

    workspace.database.keep(keep_end)
    lock_path(workspace, job_id).unlink(missing_ok=True)
    return 0 if state in (JobState.DONE, JobState.STOPPED, JobState.QUEUED) else 1


def _give_way() -> None:
    if hasattr(os, "nice"):
        os.nice(_GIVEN_WAY)


def _peak_memory_mib() -> int:
    """Most memory that this process has held, in MiB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux, bytes on macOS
    return peak // (2**20 if sys.platform == "darwin" else 2**10)


def begin_process() -> None:
    """Make this process a worker's: its log, its place behind pages and before the kernel's axe."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    with contextlib.suppress(OSError):  # when memory ends, the kernel shall take the worker
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # Ctrl-C in a terminal is for the command there; a worker is stopped by its row.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def work(workspace: Workspace, job_id: str, attempt: int) -> int:
    """Do a job, then start the next one that waits; the process's exit code."""
    code = do_job(workspace, job_id, attempt)
    log.info("Peak memory: %d MiB.", _peak_memory_mib())
    dispatch.settle(workspace)
    return code


def main() -> int:
    """Do the job named on the command line."""
    begin_process()
    return work(open_workspace(), sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    sys.exit(main())
