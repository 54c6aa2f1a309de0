"""The Evaluate page: the matrix, the photos behind it, heatmaps, a threshold, mended labels."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import resources
from pages.ui.charts.confusion_matrix import confusion, describe
from pages.ui.charts.figure import draw
from pages.ui.evaluate import relabel
from pipeline.evaluation import photo_ranking
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.jobs.evaluate_job import evaluate_run
from pipeline.jobs.queue import Jobs
from pipeline.photos.editing import Relabel
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, finished_run, words


def test_without_a_run_it_leads_to_train(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("evaluate")
    assert "No training of yours" in app.info[0].value


def test_the_matrix_counts_every_test_photo(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert not app.exception
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    cells = [int(text or 0) for text in spec["data"][0]["text"]]
    assert sum(cells) == run.test["photos"] == 4
    table = app.dataframe[1].value
    assert table.to_numpy().ravel().tolist() == cells
    assert "3 of" not in words(app)
    assert "**75.0 %" in words(app)


def test_classes_have_intervals_and_numbers(open_page: Open, run: Run) -> None:
    table = open_page("evaluate").dataframe[0].value
    assert table["Photos"].tolist() == [2, 2]
    assert all("(" in share for share in table["Found"])


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


def test_a_threshold_moves_both_kinds_of_mistakes(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    before = [metric.value for metric in app.metric]
    app.slider(key=f"evaluate_threshold_{run.id}").set_value(99).run()
    assert [metric.value for metric in app.metric] != before
    assert app.metric[0].value == "0.0 %"


def test_another_set_is_asked_about_by_a_job(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = open_page("evaluate")
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    app.button(key="evaluate_ask").click().run()
    (job,) = Jobs(workspace).active()
    assert job.request == {"run": run.id, "photo_set": run.photo_set_id}


def answered(workspace: Workspace, run: Run) -> None:
    """Do the job here that a worker would do."""
    job = Jobs(workspace).submit_evaluate(run.id, run.photo_set_id)
    with workspace.database.reading() as session:
        from pipeline.workspace.tables import JobRecord

        record = session.query(JobRecord).filter_by(id=job.id).one()
    result = evaluate_run(workspace, record, lambda *_: None)
    Jobs(workspace).stop(job.id)
    assert (result["photos"], result["unknown"]) == (40, 0)


def test_a_label_is_mended_and_trained_on_again(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    answered(workspace, run)
    app = open_page("evaluate")
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    assert not app.exception
    judged = [box for box in app.selectbox if box.label == "What do you say?"]
    assert len(judged) == relabel.PAGE
    judged[0].select_index(2).run()  # the other class
    judged = [box for box in app.selectbox if box.label == "What do you say?"]
    judged[1].select(relabel.BAD).run()
    assert "**2 judged, 2 changes**" in words(app)
    judged = [box for box in app.selectbox if box.label == "What do you say?"]
    judged[2].select(relabel.FINE).run()
    assert "**3 judged, 2 changes**" in words(app)
    assert "forgotten when you reload" in words(app)
    app.button(key="relabel_train").click().run()
    newest = PhotoSets(workspace).list()[0]
    assert newest.change == "1 photo labelled anew, 1 photo taken out"
    assert newest.accepted == 39
    again = Runs(workspace).list()[0]
    assert (again.photo_set_id, again.config) == (newest.id, run.config)
    assert app.session_state["train_epochs"] == run.config.epochs == 3
    assert app.session_state["train_image_size_px"] == run.config.image_size_px


def judging(app: AppTest) -> list:
    return [box for box in app.selectbox if box.label == "What do you say?"]


def test_nothing_is_judged_before_somebody_does(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert {box.value for box in judging(app)} == {None}
    assert "**0 judged, 0 changes**" in words(app)
    assert app.button(key="relabel_apply").disabled
    judging(app)[0].select(relabel.FINE).run()
    assert "**1 judged, 0 changes**" in words(app)
    assert "moves the score by itself" not in words(app)
    assert app.button(key="relabel_apply").disabled
    judging(app)[0].set_value(None).run()
    assert "**0 judged, 0 changes**" in words(app)


def test_a_mended_test_photo_moves_the_score_by_itself(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    judging(app)[0].select(relabel.BAD).run()
    assert "1 change of these is to test photos: that moves the score by itself" in words(app)


def test_photos_that_it_learned_from_give_no_score(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    answered(workspace, run)
    app = open_page("evaluate")
    assert "**75.0 % (" in words(app)
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    training = len(PhotoSets(workspace).open(run.photo_set_id).indices("training"))
    assert f"It learned from {training} of these, so this is no score." in words(app)
    assert not any("(" in share for share in app.dataframe[0].value["Found"])
    assert "19 times of 20" not in words(app)
    assert "19 times of 20" not in "".join(metric.help for metric in app.metric)
    shares = app.dataframe[2].value["Right when called"]
    assert not any("(" in share for share in shares)


def test_from_an_older_version_links_lead_to_the_newest(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    newest = Versions(workspace).edit(run.photo_set_id, Relabel((), (0,)))
    links = [link.proto for link in open_page("evaluate").get("page_link")]
    assert ("Open the newest version", f"set={newest.id}") in [
        (link.label, link.query_string) for link in links
    ]
    assert "Train on it" in [link.label for link in links]
    later = finished_run(workspace, newest, "On the newest")
    resources.forget_lists()
    app = open_page("evaluate", run=run.id)
    links = [link.proto for link in app.get("page_link")]
    assert ("Evaluate the newest run on it", f"run={later.id}") in [
        (link.label, link.query_string) for link in links
    ]


def test_from_a_cell_there_is_a_way_back(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clicked(*args: Any, key: str, **options: Any) -> Any:
        event = draw(*args, key=key, **options)
        if not (key.startswith("evaluate_matrix") and key.endswith("_0")):
            return event
        return SimpleNamespace(selection=SimpleNamespace(points=[{"point_index": 1}]))

    monkeypatch.setattr("pages.ui.charts.figure.draw", clicked)
    app = open_page("evaluate")
    first, second = run.classes
    assert f"Labelled {first}, called {second}" in words(app)
    assert "Click a cell to see its photos." in words(app)
    app.button(key="evaluate_clear").click().run()
    assert f"Labelled {first}, called" not in words(app)
    assert "evaluate_clear" not in [button.key for button in app.button]


def test_five_of_a_hundred_wrong_labels_float_up() -> None:
    """On answers of a network that is right 95 times of 100, with one label in twenty flipped."""
    random = np.random.default_rng(0)
    shown = random.integers(0, 2, 1000)
    sure = np.clip(random.beta(12, 1, 1000), 0.01, 0.99)
    right = random.random(1000) < 0.95
    called = np.where(right, shown, 1 - shown)
    shares = np.where(np.arange(2) == called[:, None], sure[:, None], 1 - sure[:, None])
    flipped = random.random(1000) < 0.05
    label = np.where(flipped, 1 - shown, shown)
    first = photo_ranking.by_loss(label, shares.astype(np.float32))[:100]
    assert flipped[first].sum() >= 0.8 * flipped.sum()


@pytest.mark.parametrize("size", [2, 5, 40])
def test_the_figure_has_a_cell_for_every_pair(size: int) -> None:
    random = np.random.default_rng(size)
    counts = confusion_matrix(random.integers(0, size, 500), random.integers(0, size, 500), size)
    names = [f"<b>{index}" for index in range(size)]
    figure = confusion(counts, names)
    assert len(figure.data[0].x) == size * size
    assert "<b>" not in str(figure.layout.xaxis.ticktext)
    assert f"{int(np.trace(counts)):,} called right" in describe(counts, names)


def test_two_runs_are_compared_on_the_same_photos(
    open_page: Open, workspace: Workspace, run: Run, photo_set: PhotoSetRow
) -> None:
    finished_run(workspace, photo_set, "Second try")
    text = words(open_page("runs"))
    assert "right on the same photos and wrong on the same" in text
    assert "Both were tested on the same 4 photos" in text


def test_what_is_said_of_a_photo_is_no_name() -> None:
    """A class may be called like one of the two other things to say."""
    classes = ("Keep: it is right", "Bad photo: take out")
    judged = {0: relabel.FINE, 1: relabel.BAD, 2: 0, 3: 1}
    todo = relabel.change(judged, classes)
    assert todo.labels == ((2, classes[0]), (3, classes[1]))
    assert todo.removed == (1,)
