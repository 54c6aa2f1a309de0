"""Checks every file and row of a workspace and says what is wrong, changing nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from pipeline.errors import PawTuneError
from pipeline.files import row_file
from pipeline.files.atomic import STAGING_MARK, sha256_of
from pipeline.photos.decoding import sandbox
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace import clock, run_answers, unrecorded
from pipeline.workspace.home import Workspace
from pipeline.workspace.liveness import is_lost, life
from pipeline.workspace.runs import PREDICTIONS, Runs
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.tables import FileRecord, JobRecord, PhotoSetRecord, RunRecord


def examine(workspace: Workspace) -> dict[str, Any]:
    """Look at everything.

    Returns:
        `healthy`; `problems` as sentences; how many `files`, `photo_sets`, `runs` and
        `jobs` were looked at; `leftovers` that a crash left and the app will sweep; `notes`:
        what this computer lacks, which is no problem of the workspace.
    """
    with workspace.database.reading() as session:
        files = session.scalars(select(FileRecord)).all()
        photo_sets = session.scalars(select(PhotoSetRecord)).all()
        runs = session.scalars(select(RunRecord)).all()
        jobs = session.scalars(select(JobRecord)).all()
        now = clock.now(session)
    problems = [
        *_database(workspace),
        *_files(workspace, list(files)),
        *_photo_sets(workspace, [record.id for record in photo_sets]),
        *_runs(workspace, list(runs)),
        *_jobs(workspace, list(jobs), now),
        *_cache(workspace),
        *_strangers(workspace, {record.id for record in photo_sets}, {run.id for run in runs}),
    ]
    return {
        "healthy": not problems,
        "problems": problems,
        "files": len(files),
        "photo_sets": len(photo_sets),
        "runs": len(runs),
        "jobs": len(jobs),
        "leftovers": len(list(workspace.home.rglob(f"{STAGING_MARK}*"))),
        "notes": list(sandbox.missing()),
    }


def _database(workspace: Workspace) -> list[str]:
    """What SQLite itself finds; a server sees to its own files."""
    if workspace.database.sqlite_file is None:
        return []
    with workspace.database.reading() as session:
        found = session.execute(text("PRAGMA integrity_check(5)")).scalars().all()
    return [f"The database is damaged: {one}" for one in found if one != "ok"]


def _files(workspace: Workspace, files: list[FileRecord]) -> list[str]:
    problems = []
    for record in files:
        path = workspace.home / record.path
        if not path.is_file():
            problems.append(f"{record.path} is missing.")
        elif path.stat().st_size != record.bytes or sha256_of(path) != record.sha256:
            problems.append(f"{record.path} is damaged: it is not what was kept.")
    return problems


def _photo_sets(workspace: Workspace, ids: list[str]) -> list[str]:
    problems = []
    for photo_set_id in ids:
        try:
            # Not through `PhotoSets`: one whose album is gone stays while runs need it.
            photo_set = PhotoSet.open(workspace.photo_sets_folder / photo_set_id)
        except PawTuneError as error:
            problems.append(str(error))
        else:
            problems += [f"Photo set {photo_set_id}: {problem}" for problem in photo_set.check()]
    return problems


def _runs(workspace: Workspace, runs: list[RunRecord]) -> list[str]:
    problems = []
    for record in runs:
        run = Runs(workspace).get(record.id)
        if run.state == RunState.DAMAGED:
            problems.append(f"Run {run.id}: {run.error}")
        if record.test:
            try:
                run_answers.kept(run, PREDICTIONS)  # also where nobody may see them
            except PawTuneError as error:
                problems.append(f"Run {run.id}: {error}")
    return problems


def _jobs(workspace: Workspace, jobs: list[JobRecord], now: float) -> list[str]:
    return [
        f"Job {job.id} is written down as running, and no process does it."
        for job in jobs
        if job.state == JobState.RUNNING and is_lost(life(workspace, job), job, now)
    ]


def _cache(workspace: Workspace) -> list[str]:
    """Rows that are no longer what was written; whoever needs them makes them anew."""
    problems = []
    for path in sorted(workspace.cache_folder.glob("*")):
        if row_file.is_row_file(path) and (found := row_file.num_damaged(path)):
            rows = "1 row" if found == 1 else f"{found:,} rows"
            problems.append(f"cache/{path.name} is damaged in {rows}, made anew when needed.")
    return problems


def _strangers(workspace: Workspace, photo_sets: set[str], runs: set[str]) -> list[str]:
    return [
        f"{folder.name}/{entry.name} belongs to nothing in the database."
        for folder, known in (
            (workspace.photo_sets_folder, photo_sets),
            (workspace.runs_folder, runs),
        )
        for entry in folder.iterdir()
        if entry.name not in known
        and not entry.name.startswith(STAGING_MARK)
        and not unrecorded.is_marked(entry)
    ]
