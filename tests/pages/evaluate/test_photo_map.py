"""The map on the Evaluate page: where a run errs, and what was where before fine-tuning."""

from __future__ import annotations

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.evaluate import desk, photo_map
from pipeline.jobs.map_job import draw_map
from pipeline.jobs.queue import Jobs
from pipeline.progress import silent
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE, BUNDLE
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open, gallery, look_at
from tests.pages.evaluate.conftest import answered
from tests.pages.photos.conftest import change


@pytest.fixture
def asked(workspace: Workspace, run: Run) -> Run:
    """A run that was asked about all forty photos of its set."""
    answered(workspace, run)
    return run


def opened(open_page: Open, run: Run) -> AppTest:
    app = look_at(open_page("evaluate", run=run.id), desk.VIEW, desk.MAP_TAB)
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    assert not app.exception
    return app


def messages(app: AppTest) -> list[dict]:
    found = [one.proto for one in app.get("bidi_component")]
    return [json.loads(one.json) for one in found if one.component_name == "pawtune_point_map"]


def asked_tests(workspace: Workspace, run: Run) -> list[int]:
    photo_set = PhotoSets(workspace).open(run.photo_set_id)
    return photo_set.indices("test").tolist()


def draw(workspace: Workspace, run: Run) -> None:
    request = {"run": run.id, "photo_set": run.photo_set_id}
    draw_map(workspace, JobRecord(request=request), silent)


def test_it_is_drawn_on_request(open_page: Open, workspace: Workspace, asked: Run) -> None:
    app = opened(open_page, asked)
    assert not messages(app)
    app.button(key="run_map_draw").click().run()
    (job,) = Jobs(workspace).active()
    assert (job.kind, job.request["run"]) == ("map", asked.id)
    draw_map(workspace, JobRecord(request=job.request), silent)
    change(workspace, job.id, state="done")
    (message,) = messages(app.run())
    assert message["legend"] == [["Wrong", "0"], ["Right", "40"]]
    assert "before" not in message


def test_before_fine_tuning_has_its_slider(
    open_page: Open, workspace: Workspace, asked: Run
) -> None:
    shutil.copytree(asked.results / BUNDLE, asked.results / BEFORE)
    draw(workspace, asked)
    app = opened(open_page, asked)
    (message,) = messages(app)
    assert len(message["before"]) == len(message["places"])
    columns = [name for one in app.dataframe for name in one.value.columns]
    assert "After fine-tuning" in columns


def test_only_photos_that_were_asked_about_are_on_it(
    open_page: Open, workspace: Workspace, asked: Run
) -> None:
    """Of a sealed test nothing is: its photos are not among the answers."""
    draw(workspace, asked)
    app = look_at(open_page("evaluate", run=asked.id), desk.VIEW, desk.MAP_TAB)
    (message,) = messages(app)
    tests = len((asked.test and [0] * asked.test["photos"]) or [])
    assert sum(int(count) for _, count in message["legend"]) == tests < 40


def test_what_is_chosen_is_shown_and_opened_on_photos(
    open_page: Open, workspace: Workspace, asked: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(workspace, asked)
    monkeypatch.setattr(photo_map.point_map, "draw", lambda *_, **__: ([], [3, 30]))
    app = opened(open_page, asked)
    app.button(key="evaluate_map_open").click().run()
    assert not app.exception
    assert app.session_state[f"photos_picked_{asked.photo_set_id}"] == {3, 30}
    assert set(gallery(app).places) == {3, 30} == {*gallery(app).told["picked"]}
