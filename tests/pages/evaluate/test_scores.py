"""Scores of a run: classes with intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from streamlit.testing.v1 import AppTest

from pages.ui.evaluate import desk
from pipeline.evaluation.predictions import write_predictions
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS, Runs, find
from tests.pages.conftest import Open, look_at, words
from tests.pages.evaluate.conftest import answered


def classes_of(app: AppTest) -> AppTest:
    """The page on its tab of classes."""
    return look_at(app, desk.VIEW, desk.CLASSES_TAB)


def test_what_classify_would_make_of_the_photos_is_told(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    found = Runs(workspace).predictions(run.id)
    strangeness = np.array([0.2, 1.5, 0.2, 0.2])
    write_predictions(run.results / PREDICTIONS, replace(found, strangeness=strangeness))
    shown = words(classes_of(open_page("evaluate")))
    assert "Of 4 photos, Classify would name 3" in shown
    assert "0 would be “not sure” (less than 70 %), 1 “none of them”." in shown


def test_the_ends_are_those_of_the_runs_page(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    """There near copies among the photos learned from count, and older runs keep theirs."""
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.test = {**(record.test or {}), "low": 0.2, "high": 0.96}
    assert "**75.0 % (20 to 96)** correct on 4 test photos." in words(open_page("evaluate"))


def test_of_what_earlier_versions_kept_it_is_not_told(open_page: Open, run: Run) -> None:
    assert "Classify would name" not in words(classes_of(open_page("evaluate")))


def test_classes_have_intervals_and_numbers(open_page: Open, run: Run) -> None:
    (table,) = [one.value for one in classes_of(open_page("evaluate")).dataframe]
    assert table["Photos"].tolist() == [2, 2]
    for column in ("Recall", "Precision"):
        assert all("(" in share for share in table[column])


def test_photos_that_it_learned_from_give_no_score(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    answered(workspace, run)
    app = classes_of(open_page("evaluate"))
    assert "**75.0 % (" in words(app)
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    training = len(PhotoSets(workspace).open(run.photo_set_id).indices("training"))
    assert f"It learned from {training} of these, so this is no score." in words(app)
    assert not any("(" in share for share in app.dataframe[0].value["Recall"])
    assert "95 % confidence" not in words(app)
    look_at(app, desk.VIEW, desk.THRESHOLDS_TAB)
    assert "95 % confidence" not in "".join(metric.help for metric in app.metric)
    assert not any("(" in share for share in app.dataframe[0].value["Precision"])
