"""The bench: settings, curves beside them, runs below; one fragment."""

from __future__ import annotations

import pytest

from pipeline.jobs import dispatch
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open
from tests.pages.train.conftest import inside


def test_settings_curves_and_the_rest_have_places_of_their_own(open_page: Open, run: Run) -> None:
    app = open_page("train", run=run.id)
    curves = {getattr(element, "key", None) for element in inside(app, "bench_curves")}
    assert "train_curves" in curves
    assert "train_start" not in curves
    assert [one.type for one in inside(app, "bench_settings")].count("plotly_chart") == 0


def test_without_photos_it_says_how_to_get_some(open_page: Open, workspace: Workspace) -> None:
    app = open_page("train")
    assert not app.exception
    assert app.button(key="photos_first")


def test_without_photos_no_worker_waits(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Workspace] = []
    monkeypatch.setattr(dispatch, "keep_warm", asked.append)
    open_page("train")
    assert asked == [], "without photos nothing can be started"


def test_opening_train_lets_a_worker_wait(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Workspace] = []
    monkeypatch.setattr(dispatch, "keep_warm", asked.append)
    open_page("train")
    assert len(asked) == 1
