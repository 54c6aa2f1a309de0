"""Every chart has a title, named axes, a table behind it, and colours that all eyes tell apart."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.ui.charts import (
    landscape,
    learning_curve,
    overlaid_curves,
    palette,
    size_curve,
    sweep_map,
    threshold_curves,
)
from pages.ui.charts.bars import freezing_line, photos_per_class, probabilities
from pages.ui.charts.figure import TABLE, draw
from pages.ui.evaluate import desk
from pages.ui.photos import tabs
from pages.ui.runs import weight_change
from pages.ui.runs.reliability import diagram
from pipeline.evaluation import thresholds
from pipeline.evaluation.calibration import bands
from pipeline.evaluation.learning_curve import Epoch
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.network.weight_change import Moved, to_json
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from tests.conftest import REPOSITORY
from tests.landscapes import a_landscape
from tests.pages.charts.test_size_curve import CURVE as SIZES
from tests.pages.charts.test_sweep_map import DROPOUT, HEADS, RATES
from tests.pages.charts.test_sweep_map import points as swept
from tests.pages.conftest import PAGES, Open, finished_run, look_at

UI = REPOSITORY / "pages" / "ui"


EPOCHS = tuple(
    Epoch(FEATURE_EXTRACTION if number < 4 else FINE_TUNING, number, 0.5, 0.8, 0.4, 0.9, 1.0)
    for number in range(1, 7)
)
LINES = [overlaid_curves.Line("a", EPOCHS), overlaid_curves.Line("b", EPOCHS)]
TRUTH = np.arange(40) % 2
SHARES = np.stack([1 - np.linspace(0.02, 0.98, 40), np.linspace(0.02, 0.98, 40)], axis=1)
CURVE = thresholds.threshold_curve(TRUTH, SHARES.astype(np.float32))
MOVED = (Moved("stem", 10, 0, 0.0), Moved("block 1", 10, 5, 0.01), Moved("top", 10, 10, 0.02))
COUNTS = {split: {"cat": 3, "dog": 4} for split in ("training", "validation", "test")}


# A figure of every function that makes one; the next test finds those that are missing here.
SAMPLES: dict[str, Callable[[], go.Figure]] = {
    "bars.photos_per_class": lambda: photos_per_class(COUNTS, ("cat", "dog")),
    "bars.probabilities": lambda: probabilities([("cat", 0.9), ("dog", 0.1)], "It says"),
    "bars.freezing_line": lambda: freezing_line(backbone_layers(1.0, 160), 100),
    "learning_curve.of_run": lambda: learning_curve.of_run(
        learning_curve.ACCURACY, EPOCHS, best_epoch=6
    ),
    "overlaid_curves.figure": lambda: overlaid_curves.figure(
        learning_curve.LOSS, LINES, training=True
    ),
    "reliability.diagram": lambda: diagram(bands(TRUTH, SHARES.astype(np.float32))),
    "threshold_curves.roc": lambda: threshold_curves.roc(CURVE, CURVE.at(0.5)),
    "threshold_curves.precision_recall": lambda: threshold_curves.precision_recall(
        CURVE, CURVE.at(0.5)
    ),
    "size_curve.figure": lambda: size_curve.figure(SIZES),
    "landscape.figure": lambda: landscape.figure(a_landscape(), "accuracy", None),
    "sweep_map.figure": lambda: sweep_map.figure((RATES,), swept("learning_rate"), None),
    "sweep_map.in_order": lambda: sweep_map.in_order(swept("learning_rate"), None),
    "sweep_map._line": lambda: sweep_map._line(RATES, swept("learning_rate"), None),
    "sweep_map._map": lambda: sweep_map._map((RATES, DROPOUT), swept("learning_rate", "dropout")),
    "sweep_map._parallel": lambda: sweep_map._parallel(
        (RATES, DROPOUT, HEADS), swept("learning_rate", "dropout", "head")
    ),
    "weight_change.chart": lambda: weight_change.chart(MOVED),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(UI.rglob("*.py")):
        yield path.stem, ast.parse(path.read_text(encoding="utf-8"))


def test_every_function_that_makes_a_figure_is_looked_at() -> None:
    found = set()
    for name, tree in modules():
        makers = [
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            and node.returns is not None
            and ast.unparse(node.returns) == "go.Figure"
        ]
        found |= {f"{name}.{maker}" for maker in makers}
        if any(
            isinstance(node, ast.Attribute) and ast.unparse(node) == "go.Figure"
            for node in ast.walk(tree)
        ):
            assert makers or name == "figure", f"{name} makes figures without saying so"
    assert found == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_has_a_title_and_both_axes_have_names(name: str) -> None:
    is_titled(json.loads(SAMPLES[name]().to_json())["layout"], name)


def is_titled(layout: dict[str, Any], name: str) -> None:
    assert layout["title"]["text"], name
    axes = [key for key in layout if key.startswith(("xaxis", "yaxis"))]
    assert len(axes) >= 2, name
    for axis in axes:
        assert layout[axis].get("title", {}).get("text"), f"{name}: {axis} has no name"
        assert layout[axis].get("visible", True), name


def test_one_module_draws_and_asks_for_a_table() -> None:
    """Whoever draws a chart hands over its numbers, or says by None that they stand below."""
    without: dict[str, int] = {}
    for path in [REPOSITORY / "app.py", *sorted((REPOSITORY / "pages").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called == "st.plotly_chart":
                assert path.name == "figure.py", f"{path.name} draws by itself"
            elif called in ("figure.draw", "figure.beside"):
                table = node.args[1]
                if isinstance(table, ast.Constant) and table.value is None:
                    without[path.stem] = without.get(path.stem, 0) + 1
    assert without == {"network": 1, "sweeps": 1}, "these have their table beside them"
    assert inspect.signature(draw).parameters["table"].default is inspect.Parameter.empty


@pytest.mark.parametrize("page", ["", *PAGES])
def test_on_every_page_each_chart_is_whole(
    open_page: Open, workspace: Workspace, run: Run, photo_set: PhotoSetRow, page: str
) -> None:
    finished_run(workspace, photo_set, "Second try")
    with workspace.database.writing() as session:
        find(session, run.id).moved = to_json(MOVED)
    app = open_page(page, **({"run": run.id} if page in ("train", "runs") else {}))
    if page == "photos":
        app.session_state["photos_tab"] = tabs.CLASSES
        app.run()
    if page == "evaluate":
        app = look_at(app, desk.VIEW, desk.THRESHOLDS_TAB)
    assert not app.exception
    drawn = app.get("plotly_chart")
    expected = {"photos": 1, "runs": 3, "evaluate": 2}
    assert len(drawn) >= expected.get(page, 0)
    for chart in drawn:
        is_titled(json.loads(chart.proto.spec)["layout"], chart.key)
        assert chart.proto.alt
    tables = [one for one in app.get("popover") if one.proto.popover.label == TABLE]
    assert len(tables) >= {"photos": 1, "runs": 2, "evaluate": 1}.get(page, 0)
    for popover in tables:
        (table,) = popover.dataframe
        assert len(table.value)
        assert table.proto.alt


def test_several_runs_differ_by_more_than_colour() -> None:
    lines = [
        overlaid_curves.Line(str(number), EPOCHS) for number in range(len(overlaid_curves.COLOURS))
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines, training=True)
    marks = [trace.marker.symbol for trace in figure.data]
    assert len(set(marks)) == len(marks) == 2 * len(lines)


def test_what_is_quiet_has_another_form() -> None:
    """Grey comes too near to the other colours for some eyes to stand for itself."""
    for made in SAMPLES.values():
        for trace in made().data:
            if trace.type == "scatter" and trace.line.color == palette.QUIET:
                assert trace.line.dash == "dot"
            elif trace.type == "scatter" and trace.marker.color == palette.QUIET:
                assert trace.marker.symbol == "square"
