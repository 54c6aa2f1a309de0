"""Starting from the built-in network, and its model card."""

from __future__ import annotations

import pytest

from pages.ui.frame import LEARN
from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, words


def test_choosing_it_sets_the_width_and_says_so(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.selectbox(key="train_weights").set_value(BUILT_IN).run()
    assert "PawTune's own small network" in words(app)
    assert app.select_slider(key="train_alpha").disabled
    app.button(key="train_start").click().run()
    (run,) = Runs(workspace).list()
    assert (run.config.weights, run.config.alpha) == (BUILT_IN, BUILT_IN_ALPHA)


def test_where_imagenet_cannot_be_had_it_is_offered(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    job = Jobs(workspace).submit_train(photo_set.id, TrainConfig(epochs=3), "No network")
    Jobs(workspace).stop(job.id)
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=job.run_id).one()
        record.state, record.error = "failed", "The weights could not be fetched."
    app = open_page("train", run=job.run_id or "")
    assert "could not be fetched" in app.error[0].value
    app.button(key=f"instead_{job.run_id}").click().run()
    assert not app.exception
    newest = Runs(workspace).list()[0]
    assert newest.name == "No network, built-in network"
    expected = TrainConfig(epochs=3, weights=BUILT_IN, alpha=BUILT_IN_ALPHA)
    assert newest.config == expected


@pytest.mark.parametrize("page", ["train", "classify", "runs"])
def test_the_model_card_is_at_hand(
    with_example: None, open_page: Open, photo_set: PhotoSetRow, page: str
) -> None:
    app = open_page(page)
    assert [one.label for one in app.expander].count(LEARN) == 1
    assert "What is the built-in network?" in words(app)
    assert "must not be used for" in words(app)
