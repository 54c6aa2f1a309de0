"""What leaves the workspace, comes back into it, or is looked over in it."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from pipeline.errors import RunError
from pipeline.exporting import formats
from pipeline.files.atomic import staged_file
from pipeline.files.disk_errors import plain_file_errors
from pipeline.jobs.follow import follow
from pipeline.jobs.queue import Jobs
from pipeline.settings.export_settings import MAX_LOSS
from pipeline.settings.paths import whole
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs


def export(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Export a run as a file."""
    from pipeline.workspace.exports_folder import check_target

    target = whole(options.output)
    check_target(workspace, target, RunError)
    run, form = Runs(workspace).get(options.run), formats.wanted(options.format)
    if options.single_file:
        if form.name not in (formats.WEB, formats.WEB_FILE):
            raise RunError(f"Only a web page can be one file. Received: {form.name!r}.")
        form = formats.wanted(formats.WEB_FILE)
    suffix = formats.suffix_of(form, run.config)
    if target.suffix.lower() != suffix:
        raise RunError(f"This will be a {suffix} file. Call it so: {target.with_suffix(suffix)}")
    jobs = Jobs(workspace)
    result = follow(jobs, jobs.submit_export(run.id, form.name, options.max_loss)).result
    with plain_file_errors(target, RunError), staged_file(target) as staged:
        shutil.copyfile(workspace.exports_folder / result["file"], staged)
    return {"run": run.id, **result, "file": str(target)}


def add_export_options(command: argparse.ArgumentParser) -> None:
    """What `export` is asked for."""
    command.add_argument("--run", required=True, help="id of the run")
    told = " ".join(f"{name}: {form.what}" for name, form in formats.FORMATS.items())
    command.add_argument(
        "--format", required=True, choices=list(formats.FORMATS), help=told.replace("%", "%%")
    )
    command.add_argument(
        "--single-file", action="store_true", help="of --format web: one .html file, not a zip"
    )
    command.add_argument("--output", required=True, type=Path, help="the file to be written")
    command.add_argument(
        "--max-loss",
        type=float,
        default=MAX_LOSS.default,
        metavar="POINTS",
        help=f"of int8 and microcontroller. {MAX_LOSS.what} Default: {MAX_LOSS.default:g}",
    )


def backup(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Back everything up into one file."""
    jobs = Jobs(workspace)
    return follow(jobs, jobs.submit_backup(options.file)).result


def restore(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Fill an empty workspace from a backup."""
    jobs = Jobs(workspace)
    return follow(jobs, jobs.submit_restore(options.file)).result


def doctor(workspace: Workspace, _options: argparse.Namespace) -> dict[str, Any]:
    """Check every file and row."""
    from pipeline.workspace.doctor import examine

    Jobs(workspace).settle()
    return examine(workspace)
