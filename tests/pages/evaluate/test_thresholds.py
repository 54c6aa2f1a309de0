"""A threshold moves both kinds of mistakes."""

from __future__ import annotations

from pages.ui.evaluate import desk
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, look_at
from tests.pages.evaluate.conftest import component


def test_a_threshold_moves_both_kinds_of_mistakes(open_page: Open, run: Run) -> None:
    app = look_at(open_page("evaluate"), desk.VIEW, desk.THRESHOLDS_TAB)
    assert not app.exception
    before = {metric.label: metric.value for metric in app.metric}
    second = run.classes[1]
    assert set(before) > {f"Recall of {second}", "Precision", "Accuracy"}
    wall = component(app, "certainty_wall")
    app.session_state[f"evaluate_threshold_{run.id}"] = 99
    app.run()
    assert app.metric[0].value == "0.0 %"
    assert {metric.label: metric.value for metric in app.metric} != before
    assert component(app, "certainty_wall") == wall, "its pictures are sent once"


def test_curves_have_names_of_the_field(open_page: Open, run: Run) -> None:
    app = look_at(open_page("evaluate"), desk.VIEW, desk.THRESHOLDS_TAB)
    spec = " ".join(chart.proto.spec for chart in app.get("plotly_chart"))
    for word in ("ROC curve", "false positive rate", "recall", "precision"):
        assert word in spec
