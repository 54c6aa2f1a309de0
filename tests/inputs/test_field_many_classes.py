"""Row 15: three hundred classes; every page stays small, and says where the rest is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.charts.bars import MOST_BARS
from pages.ui.evaluate import desk
from pages.ui.evaluate.matrix import WORST
from pages.ui.photos import label_next, tabs
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.run import Run
from tests.inputs.many_classes import numbered, run_on, set_of
from tests.inputs.test_field_names import page
from tests.pages.conftest import look_at
from tests.pages.evaluate.conftest import component

CLASSES = 300
PICTURE = re.compile("[A-Za-z0-9+/=]{500,}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A set of three hundred classes and a run on it."""
    home = tmp_path_factory.mktemp("many") / "home"
    workspace = open_workspace(home)
    row = set_of(workspace, home.parent / "photos", numbered(CLASSES), photos=5)
    return home, run_on(workspace, row)


@pytest.fixture
def many(made: tuple[Path, Run], monkeypatch: pytest.MonkeyPatch) -> Workspace:
    home, _ = made
    monkeypatch.setenv("PAWTUNE_HOME", str(home))
    return open_workspace(home)


def drawn(app: AppTest) -> tuple[int, int]:
    """How many elements a page has, and of how many bytes, but for the pictures among them."""
    protos = [getattr(element, "proto", None) for element in app]
    sizes = [proto.ByteSize() for proto in protos if hasattr(proto, "ByteSize")]
    pictures = [PICTURE.findall(one.proto.json) for one in app.get("bidi_component")]
    return len(sizes), sum(sizes) - sum(len(one) for found in pictures for one in found)


@pytest.mark.parametrize("name", ["photos", "train", "runs", "evaluate", "augment", "explore"])
def test_no_page_grows_with_the_classes(many: Workspace, name: str) -> None:
    elements, bytes_ = drawn(page(name))
    assert elements < 200
    assert bytes_ < 300_000


@pytest.mark.parametrize("tab", [tabs.CLASSES, tabs.CHECK, tabs.KEEP])
def test_no_tab_of_the_photos_grows_with_them(many: Workspace, tab: str) -> None:
    elements, bytes_ = drawn(page("photos", photos_tab=tab))
    assert elements < 200
    assert bytes_ < 300_000


def test_the_bars_say_that_they_are_not_all(many: Workspace) -> None:
    app = page("photos", photos_tab=tabs.CLASSES)
    (chart,) = app.get("plotly_chart")
    spec = json.loads(chart.proto.spec)
    assert len(spec["layout"]["yaxis"]["ticktext"]) == MOST_BARS
    said = [caption.value for caption in app.caption]
    assert "The 20 largest and the 20 smallest of 300. The table has all of them." in said
    table = next(one.value for one in app.dataframe if "Class" in one.value)
    assert table["Class"].tolist() == numbered(CLASSES)


def test_evaluate_shows_the_worst_as_a_list_and_as_a_matrix(many: Workspace) -> None:
    app = page("evaluate")
    drawn_matrix = component(app, "confusion_matrix")
    names = drawn_matrix["names"]
    assert len(names) == len(set(names)) == WORST
    pairs = next(one.value for one in app.dataframe if "Predicted" in one.value)
    assert len(pairs) == CLASSES // 5
    # Every mix-up of the matrix is one of the list; each class of it is in one.
    counts = np.array(drawn_matrix["counts"])
    np.fill_diagonal(counts, 0)
    assert np.count_nonzero(counts) >= WORST // 2
    app = look_at(app, desk.VIEW, desk.CLASSES_TAB)
    scores = next(one.value for one in app.dataframe if "F1" in one.value)
    assert scores["Class"].tolist() == numbered(CLASSES)


def test_of_many_classes_some_have_a_button_and_all_can_be_searched() -> None:
    few, many = numbered(label_next.MOST_BUTTONS), numbered(CLASSES)
    assert label_next.at_hand(few, None, {}) == few
    assert label_next.at_hand(many, None, {}) == []
    said = {"a": many[7], "b": many[9], "c": many[7]}
    assert label_next.at_hand(many, many[3], said) == [many[3], many[7], many[9]]
