"""A threshold moves both kinds of mistakes."""

from __future__ import annotations

from pipeline.workspace.run import Run
from tests.pages.conftest import Open


def test_a_threshold_moves_both_kinds_of_mistakes(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    before = [metric.value for metric in app.metric]
    app.slider(key=f"evaluate_threshold_{run.id}").set_value(99).run()
    assert [metric.value for metric in app.metric] != before
    assert app.metric[0].value == "0.0 %"
