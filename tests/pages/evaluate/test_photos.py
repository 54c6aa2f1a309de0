"""The photos behind the numbers, and where the network looked."""

from __future__ import annotations

from dataclasses import replace

from pipeline.evaluation.predictions import read_predictions, write_predictions
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS
from tests.pages.conftest import Open, words
from tests.pages.evaluate.conftest import component, pressed


def test_the_surest_mistake_is_shown_with_what_it_is(open_page: Open, run: Run) -> None:
    (photo,) = component(open_page("evaluate"), "viewer")["photos"]
    assert not photo["right"]
    assert photo["told"].startswith("Predicted ")
    assert ", labelled " in photo["told"]
    assert photo["alt"].startswith("Photo labelled ")  # the label may be wrong


def test_a_pressed_cell_shows_its_photos_and_no_others(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    counts = component(app, "confusion_matrix")["counts"]
    for row in (0, 1):
        for column in (0, 1):
            app = pressed(app, run, (row, column))
            assert not app.exception
            heading = f"Actual {run.classes[row]}, predicted {run.classes[column]}"
            assert heading in [one.value for one in app.subheader]
            if counts[row][column]:
                assert len(component(app, "viewer")["photos"]) == counts[row][column]


def test_a_heatmap_stands_beside_its_photo_and_says_in_words_where_it_is(
    open_page: Open, run: Run
) -> None:
    app = open_page("evaluate")
    (plain,) = component(app, "viewer")["photos"]
    assert plain["heat"] == []
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.exception
    (photo,) = component(app, "viewer")["photos"]
    assert photo["jpeg"] == plain["jpeg"], "the photo itself stays as it is"
    (look,) = photo["heat"]
    assert "what speaks for" in look["alt"]


def test_without_mistakes_it_says_so(open_page: Open, workspace: Workspace, run: Run) -> None:
    path = run.results / PREDICTIONS
    found = read_predictions(path)
    assert found is not None
    write_predictions(path, replace(found, truth=found.called))
    app = open_page("evaluate")
    assert [box.value for box in app.success] == ["No photo was predicted wrong."]
    app.segmented_control(key="evaluate_order").set_value("loss").run()
    assert len(component(app, "viewer")["photos"]) == 4
    assert "judged" not in words(app)
