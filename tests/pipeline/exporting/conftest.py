"""A finished run that is exported in this process, and what lies there afterwards."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.classify.bundle import MANIFEST_FILE, write_bundle
from pipeline.exporting import web_page
from pipeline.exporting.run_facts import RunFacts
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs import dispatch, export_job
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import POOLED, LitertNetwork
from pipeline.photos.decoding.decode import square
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import silent
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import finished_run
from tests.random_network import random_tensors
from tests.toy_litert import SIDE_PX
from tests.workspaces import add_photo_set, class_folders

ALPHA = 0.35
FACTS = (
    "run_id",
    "photo_set_id",
    "classes",
    "image_size_px",
    "config",
    "versions",
    "weights_sha256",
)


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


def export(
    workspace: Workspace, run: Run, form: str, report: Any = silent, **more: str
) -> dict[str, Any]:
    """What the worker does."""
    request = {"run": run.id, "format": form, **more}
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


@pytest.fixture
def real_run(workspace: Workspace, run: Run) -> Run:
    """The run with a MobileNetV2 in its bundle, as real ones have it; it tells its colours apart.

    The backbone's numbers were drawn, and a head was fitted to what it makes of the photos.
    """
    photo_set = PhotoSet.open(workspace.photo_sets_folder / run.photo_set_id)
    learned = photo_set.indices("training")
    squares = np.stack([square(photo_set.jpeg(int(one)), SIDE_PX) for one in learned])
    tensors = random_tensors(ALPHA)
    (features,) = LitertNetwork(litert_file(tensors, ALPHA, SIDE_PX)).run(squares, [POOLED])
    centre = features.mean(axis=0)
    wanted = 8.0 * photo_set.labels()[learned] - 4
    kernel = np.linalg.lstsq(features - centre, wanted, rcond=1e-3)[0].astype(np.float32)
    head = (kernel[:, np.newaxis], np.array([-centre @ kernel], np.float32))
    manifest = json.loads((run.folder / BUNDLE / MANIFEST_FILE).read_text(encoding="utf-8"))
    facts = {name: manifest[name] for name in FACTS}
    facts["classes"] = list(photo_set.classes)
    facts["config"] = replace(run.config, alpha=ALPHA, image_size_px=SIDE_PX).to_json()
    shutil.rmtree(run.folder / BUNDLE)
    content = litert_file(tensors, ALPHA, SIDE_PX, feature_map=True, head=head)
    write_bundle(run.folder / BUNDLE, content, facts)
    return run
