"""Rows 14 and line 2: names that differ in the middle, or by what nobody sees, stay apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import markdown
from pages.ui.classify import table
from pages.ui.evaluate import desk
from pages.ui.photos import tabs
from pipeline.wording.names import apart
from pipeline.workspace.home import open_workspace
from pipeline.workspace.run import Run
from tests.conftest import REPOSITORY
from tests.inputs.many_classes import run_on, set_of
from tests.pages.conftest import gallery, look_at
from tests.pages.evaluate.conftest import component

NAMES = (
    "Potato___Early_blight",
    "Potato___Late_blight",
    "Chevrolet Silverado 1500 Regular Cab 2012",
    "Chevrolet Silverado 2500HD Regular Cab 2012",
    "cat\u200e",  # with a mark of direction behind it, as copied from a dialog of Windows
    "cat\u200f",
    "cat",
    "Cat.",
    "חתול לבן קטן מאוד שגר כאן",
    "חתול שחור קטן מאוד שגר כאן",
    "🐈" * 20 + "🐕",
    "🐈" * 20 + "🐩",
)


@pytest.fixture
def odd_names(own_home: Path, tmp_path: Path) -> Run:
    workspace = open_workspace(own_home)
    return run_on(workspace, set_of(workspace, tmp_path / "odd", NAMES, photos=5))


def page(name: str, **state: object) -> AppTest:
    app = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    app.switch_page(f"pages/{name}.py")
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def seen(texts: list[str]) -> set[str]:
    """Texts as a browser draws them: white space collapsed, marks of direction unseen."""
    return {" ".join(text.replace("\u200e", "").replace("\u200f", "").split()) for text in texts}


def test_nothing_is_merged_on_the_way_in(odd_names: Run) -> None:
    # Letters of another case with a dot behind them are another name.
    assert len(odd_names.classes) == len(NAMES)


@pytest.mark.parametrize("tab", [tabs.LOOK, tabs.CLASSES])
def test_the_photos_page_tells_all_classes_apart(odd_names: Run, tab: str) -> None:
    app = page("photos", photos_tab=tab)
    names = len(odd_names.classes)
    for chosen in app.selectbox:
        if chosen.label in ("Class", "All photos of", "become", "Class with its photos"):
            options = [option for option in chosen.options if option != "All classes"]
            assert len(seen(options)) == len(options) == names
    if tab == tabs.LOOK:
        assert len(seen(gallery(app).labels)) == names
    else:
        (chart,) = app.get("plotly_chart")
        spec = json.loads(chart.proto.spec)
        assert len(seen(spec["layout"]["yaxis"]["ticktext"])) == names
        assert len({tuple(trace["y"]) for trace in spec["data"]}) == 1
        table = next(one.value for one in app.dataframe if "Class" in one.value)
        assert len(seen(table["Class"].tolist())) == names


def test_answers_tell_all_classes_apart(odd_names: Run) -> None:
    """The bars of a card, and the table of answers."""
    shown = [markdown.name(one, odd_names.classes) for one in odd_names.classes]
    assert len(seen(shown)) == len(shown)
    rows = [
        table._shown({"Class": one, "Likeliest": one, "Probability": 0.5}, apart(odd_names.classes))
        for one in odd_names.classes
    ]
    assert len(seen([str(row["Class"]) for row in rows])) == len(rows)
    assert len(seen([str(row["Likeliest"]) for row in rows])) == len(rows)


def test_the_evaluate_page_tells_all_classes_apart(odd_names: Run) -> None:
    app = page("evaluate")
    names = len(odd_names.classes)
    assert len(seen(component(app, "confusion_matrix")["names"])) == names
    assert len(seen(component(app, "viewer")["classes"])) == names
    app = look_at(app, desk.VIEW, desk.CLASSES_TAB)
    table = next(one.value for one in app.dataframe if "Class" in one.value)
    assert len(seen(table["Class"].tolist())) == names
