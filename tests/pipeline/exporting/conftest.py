"""A finished run that is exported in this process, and what lies there afterwards."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.exporting import web_page
from pipeline.exporting.run_facts import RunFacts
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs import dispatch, export_job
from pipeline.progress import silent
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is submitted stays in the queue; the work is called in this process."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set and a run, made once: importing costs most of the time."""
    folder = tmp_path_factory.mktemp("template")
    workspace = open_workspace(folder / "home")
    photos = class_folders(folder / "colours", photos=40)
    finished_run(workspace, add_photo_set(workspace, photos))
    workspace.database.close()
    return folder / "home"


@pytest.fixture
def workspace(template: Path, own_home: Path) -> Workspace:
    shutil.copytree(template, own_home)
    return open_workspace(own_home)


@pytest.fixture
def photo_set(workspace: Workspace) -> PhotoSetRow:
    return PhotoSets(workspace).list()[0]


@pytest.fixture
def run(workspace: Workspace) -> Run:
    """A finished run whose tiny network tells blue from red."""
    return next(run for run in Runs(workspace).list() if not run.is_example)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web page gets a few bytes in place of LiteRT.js, which nothing here runs."""
    monkeypatch.setattr(web_page, "fetched", lambda _report: {"litert.js": b"export {}"})


def export(workspace: Workspace, run: Run, form: str, report: Any = silent) -> dict[str, Any]:
    """What the worker does."""
    request = {"run": run.id, "format": form}
    return export_job.export_run(workspace, JobRecord(kind="export", request=request), report)


def made(workspace: Workspace, result: dict[str, Any]) -> Path:
    """The file of an export."""
    return workspace.exports_folder / result["file"]


def left(workspace: Workspace) -> list[str]:
    """What lies half made, and what lies there to take away."""
    return [path.name for path in workspace.home.rglob("*") if STAGING_MARK in path.name] + [
        path.name for path in workspace.exports_folder.iterdir()
    ]


def unpacked(path: Path, folder: Path) -> set[str]:
    """Unpack a zip; the names in it."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        return set(archive.namelist())


@pytest.fixture
def facts(workspace: Workspace, run: Run) -> RunFacts:
    return export_job.facts(workspace, Runs(workspace), run)
