"""The tabs of the Evaluate page, and the example, whose photos are not here."""

from __future__ import annotations

import numpy as np

from pages.ui.evaluate import desk
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, look_at, words
from tests.pages.evaluate.conftest import component


def drawn(app) -> set[str]:
    """The components that are on the page."""
    found = {one.proto.component_name.removeprefix("pawtune_") for one in app.get("bidi_component")}
    return found - {"access"}  # which every page has


def test_hidden_tabs_are_not_drawn(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert drawn(app) == {"confusion_matrix", "viewer"}
    assert not app.get("plotly_chart")
    assert not app.dataframe
    look_at(app, desk.VIEW, desk.THRESHOLDS_TAB)
    assert drawn(app) == {"certainty_wall"}
    look_at(app, desk.VIEW, desk.CLASSES_TAB)
    assert drawn(app) == set()
    assert len(app.dataframe) == 1


def test_nobody_meets_an_empty_page(with_example: None, open_page: Open) -> None:
    """The example has answers of its own; the photos are not here, and that is said."""
    app = open_page("evaluate")
    assert not app.exception
    counts = np.array(component(app, "confusion_matrix")["counts"])
    assert counts.sum() == 400
    assert "asked about 400 photos" in words(app)
    assert "the photos did not" in words(app)
    assert desk.MAP_TAB not in [one.label for one in app.get("tab")]
    app.session_state[f"evaluate_cell_{EXAMPLE_ID}_test"] = (0, 1)
    app.run()
    assert f"**{counts[0, 1]} photos**" in words(app)


def test_an_own_run_comes_before_the_example(with_example: None, open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert app.selectbox(key="evaluate_choice").value == run.id
