"""Pages in AppTest: a workspace of real rows, no workers, no TensorFlow."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.ui.parts import compare
from pages.ui.visitor_cookie import VisitorCookie
from pipeline.classify import novelty
from pipeline.classify.bundle import write_bundle
from pipeline.jobs import dispatch
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.presets import CAREFUL, PRESETS, QUICK
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs, find
from tests.conftest import REPOSITORY
from tests.pages.known_curves import photos
from tests.toy_litert import SIDE_PX, colour_network
from tests.workspaces import add_photo_set, add_run, class_folders, cross_validate

PAGES = ("photos", "explore", "augment", "train", "runs", "evaluate", "classify")
TIMEOUT_S = 60
Open = Callable[..., AppTest]
ANNA, BEN = "a" * 32, "b" * 32
PLAIN = TrainConfig(epochs=3, fine_tune_epochs=2)


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is submitted stays in the queue."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture(autouse=True)
def cookies_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the demo's server, to somebody who has none yet; AppTest knows no cookies."""
    monkeypatch.setattr(type(st.context), "cookies", {})
    monkeypatch.setattr(VisitorCookie, "at_work", True)


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Caches live as long as the process; each test starts without."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session", autouse=True)
def one_look_at_the_packages() -> Iterator[None]:
    """AppTest reads the metadata of every installed package for every app; here only once."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspaces to be copied: "empty", "photo_set" and "run", each made from the one before."""
    folder = tmp_path_factory.mktemp("templates")
    photos = class_folders(folder / "colours")
    (photos / "blue" / "notes.jpg").write_text("no photo at all", encoding="utf-8")
    open_workspace(folder / "empty").database.close()
    shutil.copytree(folder / "empty", folder / "photo_set")
    workspace = open_workspace(folder / "photo_set")
    row = add_photo_set(workspace, photos)
    shutil.copytree(folder / "photo_set", folder / "run")
    finished_run(open_workspace(folder / "run"), row)
    return folder


def grow(workspace: Workspace, before: Path, after: Path) -> bool:
    """Make the copy of one template one of another; not when something was written since."""
    if database(workspace.home) != database(before):
        return False
    shutil.copytree(after, workspace.home, dirs_exist_ok=True)
    return True


def database(home: Path) -> bytes:
    return (home / "pawtune.sqlite").read_bytes()


@pytest.fixture
def workspace(own_home: Path, templates: Path) -> Workspace:
    """An empty workspace."""
    shutil.copytree(templates / "empty", own_home)
    return open_workspace(own_home)


@pytest.fixture
def photo_set(workspace: Workspace, templates: Path, tmp_path: Path) -> PhotoSetRow:
    """Forty photos, blue and red, with one file that is no photo."""
    folder = shutil.copytree(templates / "colours", tmp_path / "colours")
    if grow(workspace, templates / "empty", templates / "photo_set"):
        return PhotoSets(workspace).list()[0]
    return add_photo_set(workspace, folder)


@pytest.fixture
def run(workspace: Workspace, templates: Path, photo_set: PhotoSetRow) -> Run:
    """A finished run that can answer: blue or red."""
    if grow(workspace, templates / "photo_set", templates / "run"):
        return next(run for run in Runs(workspace).list() if not run.is_example)
    return finished_run(workspace, photo_set)


def finished_run(workspace: Workspace, photo_set: PhotoSetRow, name: str = "First try") -> Run:
    """The rows of a finished run, and a bundle that answers by colour."""
    config = TrainConfig(epochs=3, fine_tune_epochs=2, image_size_px=SIDE_PX)
    made = add_run(workspace, photo_set.id, name=name, config=config)
    manifest = {
        "run_id": made.id,
        "photo_set_id": photo_set.id,
        # the toy's logit is blue minus red, and positive means the second class
        "classes": ["red", "blue"],
        "image_size_px": SIDE_PX,
        "config": config.to_json(),
        "versions": {"python": sys.version.split()[0]},
        "weights_sha256": None,
    }
    kinds = {"red": (220, 40, 40), "blue": (40, 40, 220)}
    shades = np.random.default_rng(0).normal(0, 12, (80, 3))
    seen = np.concatenate([shades[half::2] + kinds[name] for half, name in enumerate(kinds)])
    write_bundle(made.folder / BUNDLE, colour_network(), manifest, novelty.fit(seen))
    with workspace.database.writing() as session:
        find(session, made.id).can_answer = True
    return Runs(workspace).get(made.id)


@pytest.fixture
def judged(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """A finished run of a computed head, judged by its forty photos, of which two are wrong."""
    return judged_run(workspace, photo_set)


def judged_run(workspace: Workspace, photo_set: PhotoSetRow, name: str = "All judge") -> Run:
    """The same under another name."""
    made = finished_run(workspace, photo_set, name)
    config = replace(made.config, head=SOLVED, epochs=1, fine_tune_epochs=0)
    with workspace.database.writing() as session:
        find(session, made.id).config = config.to_json()
    return cross_validate(workspace, made)


@pytest.fixture
def no_first_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front page leaves an empty workspace empty."""
    monkeypatch.setattr("pages.ui.resources.ensure_first_set", lambda: None)


@pytest.fixture
def open_page() -> Open:
    """Open a page, with what its address asks for; give the app after its run."""

    def open_it(name: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=TIMEOUT_S)
        if name:
            app.switch_page(f"pages/{name}.py")
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return open_it


def look_at(app: AppTest, tabs: str, tab: str) -> AppTest:
    """The page after a click on one of its tabs; `tabs` is their key."""
    app.session_state[tabs] = tab
    return app.run()


def compared(app: AppTest, *runs: Run) -> AppTest:
    """The Runs page on Compare, in words; these runs are ticked, or the two newest."""
    if runs:
        app.session_state["ticked_runs"] = {run.id: place for place, run in enumerate(runs)}
    app.session_state["runs_compare_words"] = True
    return look_at(app, "runs_view", compare.TAB)


def words(app: AppTest) -> str:
    """Everything that a page says, as one text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(element.value for kind in kinds for element in app.get(kind))


def table(app: AppTest, key: str) -> dict:
    """The data of a table of runs that stands on a page."""
    found = next(one for one in app.get("bidi_component") if one.key == key)
    return json.loads(found.proto.json)


@dataclass(frozen=True)
class Wall:
    """A wall of photos on a page: what the browser gets.

    Attributes:
        places: Positions of the photos in the set.
        labels: What each is labelled.
        listed: All of the message.
        told: What the courier brings: small and large pictures, and what is picked.
    """

    places: list[int]
    labels: list[str]
    listed: dict[str, Any]
    told: dict[str, Any]


def walls(app: AppTest) -> list[Wall]:
    """All walls of photos on a page, from above to below."""
    found = {one.key: json.loads(one.proto.json) for one in app.get("bidi_component")}
    named = {key: data for key, data in found.items() if data and "keys" in data}
    return [
        Wall(
            np.frombuffer(base64.b64decode(data["places"]), "<u4").tolist(),
            [
                data["classes"][label]
                for label in np.frombuffer(base64.b64decode(data["labels"]), "<u2")
            ],
            data,
            found[f"{key}_photos"]["wall"],
        )
        for key, data in named.items()
    ]


def gallery(app: AppTest) -> Wall:
    """The gallery of the Photos page."""
    return next(one for one in walls(app) if one.listed["name"].startswith("photos_wall_"))


RED, BLUE = (220, 40, 40), (40, 40, 220)


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The Classify page after these files were dropped on it, beside those that were there."""
    (uploader,) = [one for one in app.file_uploader if one.key.startswith("classify_upload")]
    uploader.set_value([(name, data, "image/jpeg") for name, data in files])
    return app.run()


def only(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The same after those that were there were cleared away."""
    app.button(key="classify_clear").click().run()
    return upload(app, *files) if files else app


def alts(app: AppTest) -> list[str]:
    """What is said of each picture to those who do not see it."""
    return [picture.alt for group in app.get("image") for picture in group.proto.imgs]


@pytest.fixture
def quick(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """Solved, not fine-tuned."""
    return add_run(workspace, photo_set.id, "Quick one", config=PRESETS[QUICK].config)


@pytest.fixture
def careful(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """Solved, then four epochs of fine-tuning."""
    config = replace(PRESETS[CAREFUL].config, fine_tune_epochs=4)
    return add_run(workspace, photo_set.id, "Careful one", config=config)


def axis_titles(app: AppTest, key: str) -> set[str]:
    """What stands below the two curves of this key."""
    keys = (f"{key}_accuracy", f"{key}_loss")
    charts = [chart for chart in app.get("plotly_chart") if chart.key in keys]
    return {json.loads(c.proto.spec)["layout"]["xaxis"]["title"]["text"] for c in charts}


@pytest.fixture
def known(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose validation photos are as many as a test says."""
    photos(monkeypatch, 1000)
    return run


def sure(dialog: str, key: str, run: Run) -> None:
    """Press a button of a dialog, which AppTest forgets at the next run of a page.

    Args:
        dialog: A script that draws it in every run, with `{run!r}` and `{photo_set!r}`.
        key: The button's.
        run: Whose dialog it is.
    """
    app = AppTest.from_string(dialog.format(run=run.id, photo_set=run.photo_set_id))
    app.default_timeout = TIMEOUT_S
    app.run()
    assert not app.exception
    app.button(key=key).click().run()
    assert not app.exception


@pytest.fixture
def second(workspace: Workspace, photo_set: PhotoSetRow, run: Run) -> Run:
    """A newer run on the same photos, a little better."""
    made = add_run(workspace, photo_set.id, "Second try")
    with workspace.database.writing() as session:
        record = find(session, made.id)
        record.test = {**(record.test or {}), "accuracy": 1.0}
    return Runs(workspace).get(made.id)
