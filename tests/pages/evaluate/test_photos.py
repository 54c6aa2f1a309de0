"""The photos behind the numbers, and where the network looked."""

from __future__ import annotations

from dataclasses import replace

from pipeline.evaluation.predictions import read_predictions, write_predictions
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS
from tests.pages.conftest import Open


def test_the_mistake_is_shown_with_what_it_is(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    captions = [caption.value for caption in app.caption]
    assert sum(" · labelled " in caption for caption in captions) == 1
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert any(alt.startswith("Photo labelled ") for alt in alts)
    assert not any("Photo of " in alt for alt in alts)  # the label may be wrong


def test_a_heatmap_says_in_words_where_it_is(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.exception
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert any("looked at" in alt for alt in alts)


def test_without_mistakes_it_says_so(open_page: Open, workspace: Workspace, run: Run) -> None:
    path = run.results / PREDICTIONS
    found = read_predictions(path)
    assert found is not None
    write_predictions(path, replace(found, truth=found.called))
    said = [box.value for box in open_page("evaluate").success]
    assert said == ["No photo was called wrong."]
