"""Several runs side by side: their curves, the published one, and what can be chosen."""

from __future__ import annotations

import json
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from pages.ui.charts import learning_curve
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import PLAIN, Open, axis_titles, compared, words
from tests.workspaces import add_run


def spec(app: AppTest, key: str = "compare_accuracy") -> dict:
    chart = next(chart for chart in app.get("plotly_chart") if chart.key == key)
    return json.loads(chart.proto.spec)


# === Aligned curves ===


def test_measure_and_training_curves_can_be_chosen(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    add_run(workspace, photo_set.id, "Short", config=PLAIN)
    add_run(workspace, photo_set.id, "Long", config=replace(PLAIN, epochs=6))
    app = compared(open_page("runs"))
    drawn = spec(app)
    assert [trace["x"][0] for trace in drawn["data"]] == [-5, -2]
    app.toggle(key="runs_compare_training").set_value(True)
    app.button_group(key="runs_compare_measure").set_value(learning_curve.LOSS).run()
    assert len(spec(app, "compare_loss")["data"]) == 4


# === Settings ===


def test_comparing_with_epochs_is_remarked_on(open_page: Open, quick: Run, run: Run) -> None:
    app = compared(open_page("runs"))
    assert axis_titles(app, "compare") == {"epochs from the start of fine-tuning"}
    assert "only what the solver found is drawn, at 0" in words(app)


def test_comparing_overlays_and_names_the_difference(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    other = TrainConfig(epochs=2, fine_tune_epochs=2, dropout=0.5, image_size_px=96)
    add_run(workspace, photo_set.id, name="More dropout", config=other)
    app = compared(open_page("runs"))
    charts = [chart for chart in app.get("plotly_chart") if chart.key.startswith("compare_")]
    assert len(charts) == 1
    names = [trace["name"] for trace in json.loads(charts[0].proto.spec)["data"]]
    assert names == ["More dropout, validation", "First try, validation"]
    text = words(app)
    assert "Highlighted: differs from *More dropout*" in text
    table = next(frame.value for frame in app.dataframe if "More dropout" in frame.value)
    assert list(table["Setting"]) == ["Epochs", "Dropout"]
    assert "Is one really better?" in text
    assert "Both were tested on the same 4 photos" in text


def test_the_published_curve_can_be_compared_too(open_page: Open, run: Run) -> None:
    app = compared(open_page("runs"))
    assert not [c for c in app.get("plotly_chart") if c.key.startswith("compare_")]
    app.toggle(key="runs_compare_overlay").set_value(True).run()
    assert len([c for c in app.get("plotly_chart") if c.key.startswith("compare_")]) == 1
    assert "comes from other photos than yours" in words(app)


def test_near_copies_are_said_of_the_run_that_has_them(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    add_run(workspace, photo_set.id, name="Another")
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        record.test = dict(record.test or {}) | {"near_copies": 3}
    lines = [line for line in words(compared(open_page("runs"))).split("\n") if "near copy" in line]
    told = [line for line in lines if line.startswith("- **")]
    assert len(told) == 1
    assert "First try" in told[0]
    assert "3 of these 4 test photos have a near copy" in told[0]
