"""The bench: settings, curves beside them, runs below; one fragment."""

from __future__ import annotations

from pipeline.workspace.home import Workspace
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
