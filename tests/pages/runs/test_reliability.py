"""Certainty is held against the answers."""

from __future__ import annotations

from pipeline.workspace.run import Run
from tests.pages.conftest import Open, look_at, words


def test_certainty_is_held_against_the_answers(open_page: Open, run: Run) -> None:
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Certainty")
    assert "On average, certainty is off by **15.0 points**" in words(app)  # 90 % sure, 75 % right
    assert "much of that is chance" in words(app)
    chart = next(c for c in app.get("plotly_chart") if "certainty" in c.key)
    assert "90 % sure, 75 % right of 4 photos" in chart.proto.alt


def test_all_photos_that_judged_tell_of_certainty(open_page: Open, judged: Run) -> None:
    app = look_at(open_page("runs", run=judged.id), "runs_tabs", "Certainty")
    assert "(expected calibration error, all 40 photos)" in words(app)
    chart = next(c for c in app.get("plotly_chart") if "certainty" in c.key)
    assert "90 % sure, 95 % right of 40 photos" in chart.proto.alt
