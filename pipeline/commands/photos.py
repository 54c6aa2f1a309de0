"""What the command line does with photo sets."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

from pipeline.errors import Stopped
from pipeline.jobs.follow import follow
from pipeline.jobs.import_request import Wishes
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.dry_run import dry_run
from pipeline.photos.sources.readings import Reading
from pipeline.settings.paths import whole
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.seals import Seal, Seals
from pipeline.workspace.told import photo_set_told


def import_photos(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Import photos and describe the set, or only how the files would be understood."""
    jobs = Jobs(workspace)
    source = options.source
    with contextlib.suppress(OSError):  # too long a name: whoever opens it says so
        if Path(source).exists():
            source = str(whole(Path(source)))  # the worker runs in another folder
    data_dir = whole(options.data_dir) if options.data_dir else None
    label, code_page = options.label, options.code_page
    reading = Reading(options.reading) if options.reading else None
    if options.dry_run:
        return dry_run(source, workspace.downloads_folder, label, code_page, reading)
    wishes = Wishes(data_dir=data_dir, into=options.into, label=label, code_page=code_page)
    wishes |= {"reading": reading, "frames_per_second": options.frames_per_second}
    job = jobs.submit_import(source, options.name, **wishes)
    job = follow(jobs, job)
    row = PhotoSets(workspace).get(job.result["photo_set"])
    # What was new this time, and what is kept of the set: the page shows both.
    notes = list(dict.fromkeys([*job.result["notes"], *row.notes]))
    return {**photo_set_told(row), "notes": notes}


def check(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Look a photo set over before training."""
    from pipeline.photos.checkup import checkup

    row = PhotoSets(workspace).get(options.photo_set)
    is_sealed = Seals(workspace).of(row.id) is not None
    found = checkup.check(PhotoSets(workspace).open(row.id), len(row.rejected), is_sealed)
    return {
        "photo_set": row.id,
        "ready": found.ready,
        "score": found.score,
        "interval_of_90_percent": found.usual_interval,
        "findings": [
            {
                "level": finding.level,
                "title": finding.title,
                "text": finding.text,
                "photos": len(finding.photos),
            }
            for finding in found.findings
        ],
    }


def seal(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Seal the test photos of a set."""
    return {"photo_set": options.photo_set, **seal_told(Seals(workspace).seal(options.photo_set))}


def save_set(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Save a photo set as one file."""
    from pipeline.jobs.save_job import save_photo_set
    from pipeline.progress import silent
    from pipeline.workspace.exports_folder import check_target

    target = whole(options.output)
    check_target(workspace, target)
    try:
        return save_photo_set(PhotoSets(workspace), options.photo_set, target, silent)
    except KeyboardInterrupt as error:
        raise Stopped("Stopped before anything was made.") from error


def photo_sets(workspace: Workspace, _options: argparse.Namespace) -> dict[str, Any]:
    """List the photo sets."""
    rows = PhotoSets(workspace).list()
    return {"photo_sets": [photo_set_told(row) for row in rows]}


def seal_told(seal: Seal) -> dict[str, Any]:
    """What is known of a seal, as plain data."""
    return {"runs_before": seal.runs_before, "runs": seal.runs, "opened_for": seal.run_id}
