"""Train further: from a run to the Train page, which starts where it ended, or does not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.coach.curves import Advice
from pipeline.network.names import NETWORK_FILE
from pipeline.network.started_from import STARTED_FROM_FILE
from pipeline.network.tensors import write_tensors
from pipeline.photos.photo_edits import SetSplit
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, look_at, words

START = {
    "run": "run-0",
    "name": "An old one",
    "sha256": "0" * 64,
    "keeps_head": False,
    "has_seen": True,
}


@pytest.fixture
def finished(run: Run, workspace: Workspace) -> Run:
    """A run that left its network; its settings are no preset's."""
    write_tensors(run.results / NETWORK_FILE, {"head/kernel": np.ones((4, 1), np.float32)})
    return run


def test_a_run_without_a_network_is_no_start(open_page: Open, run: Run) -> None:
    keys = [button.key for button in open_page("runs", run=run.id).button]
    assert "runs_again" in keys and "runs_further" not in keys


def test_it_is_queued_on_the_newest_version(
    open_page: Open, workspace: Workspace, finished: Run
) -> None:
    photo_set = PhotoSets(workspace).open(finished.photo_set_id)
    moved = tuple(photo_set.indices("test")[:1].tolist())
    newest = Versions(workspace).edit(finished.photo_set_id, SetSplit(moved, "training"))
    app = open_page("runs", run=finished.id)
    app.button(key="runs_further").click().run()
    app.switch_page("pages/train.py").run()
    assert not app.exception
    assert "Starts from First try" in words(app)
    assert "All of it is taken over" in words(app)
    assert app.selectbox(key="set_choice").value == newest.id
    size = app.select_slider(key="train_image_size_px")
    assert (size.value, size.disabled) == (finished.config.image_size_px, True)
    app.menu_button(key="train_set").click("careful").run()
    assert app.select_slider(key="train_image_size_px").value == finished.config.image_size_px
    assert "Its last layer is computed anew" in words(app)
    app.button(key="train_start").click().run()
    assert not app.exception
    queued = Runs(workspace).list()[0]
    assert queued.started_from is not None
    assert (queued.started_from.run, queued.photo_set_id) == (finished.id, newest.id)
    assert queued.config.image_size_px == finished.config.image_size_px
    assert (queued.folder / STARTED_FROM_FILE).exists()
    assert "Starts from First try" not in words(app), "the next one is another matter"


def test_a_quick_run_has_nothing_to_hand_to_another_quick_one(
    open_page: Open, workspace: Workspace, judged: Run
) -> None:
    with workspace.database.writing() as session:
        find(session, judged.id).best_epoch = 1  # before any fine-tuning
    write_tensors(judged.results / NETWORK_FILE, {"head/kernel": np.ones((4, 1), np.float32)})
    app = open_page("runs", run=judged.id)
    app.button(key="runs_further").click().run()
    app.switch_page("pages/train.py").run()
    assert "Nothing of it is taken over" in words(app)
    assert "judged by all **40**" in words(app), "nothing was tuned on them"
    app.menu_button(key="train_set").click("careful").run()
    assert "Its last layer is computed anew" in words(app)


def test_it_can_be_dropped(open_page: Open, workspace: Workspace, finished: Run) -> None:
    app = open_page("runs", run=finished.id)
    app.button(key="runs_further").click().run()
    app.switch_page("pages/train.py").run()
    app.button(key="train_further_drop").click().run()
    assert "Starts from First try" not in words(app)
    assert not app.select_slider(key="train_image_size_px").disabled
    app.button(key="train_start").click().run()
    assert Runs(workspace).list()[0].started_from is None


def test_a_start_that_was_deleted_is_told(
    open_page: Open, workspace: Workspace, finished: Run
) -> None:
    app = open_page("runs", run=finished.id)
    app.button(key="runs_further").click().run()
    Runs(workspace).delete(finished.id)
    app.switch_page("pages/train.py").run()
    assert not app.exception
    assert "The run to start from is gone" in words(app)
    assert not app.select_slider(key="train_image_size_px").disabled


def test_photos_that_it_learned_from_are_a_sentence(
    open_page: Open, workspace: Workspace, finished: Run
) -> None:
    photo_set = PhotoSets(workspace).open(finished.photo_set_id)
    moved = tuple(photo_set.indices("training")[:2].tolist())
    Versions(workspace).edit(finished.photo_set_id, SetSplit(moved, "test"))
    app = open_page("runs", run=finished.id)
    app.button(key="runs_further").click().run()
    app.switch_page("pages/train.py").run()
    app.select_slider(key="train_epochs").set_value(2).run()
    app.select_slider(key="train_batch_size").set_value(8).run()
    app.button(key="train_start").click().run()
    assert not app.exception
    assert "has learned from 2 photos that would test" in words(app)


def test_the_runs_page_tells_the_start(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace.database.writing() as session:
        find(session, run.id).started_from = START
    changes = ({"alpha": 0.5}, {"epochs": 20})
    advice = tuple(Advice("Try.", "Seen.", change, f"Take {change}") for change in changes)
    monkeypatch.setattr("pages.ui.runs.coach.advice", lambda *_, **__: advice)
    app = open_page("runs", run=run.id)
    assert not app.exception
    said = words(app)
    assert "Started from the network of **An old one**. The classes are others" in said
    assert "its test photos alone can judge it" in said
    look_at(app, "runs_tabs", "Settings")
    settings = next(frame.value for frame in app.dataframe if "Setting" in frame.value)
    values = dict(zip(settings["Setting"], settings["Value"], strict=True))
    assert values["Pretrained weights"] == "the network of An old one"
    labels = [button.label for button in app.button]
    assert any("epochs" in label for label in labels)
    assert not any("alpha" in label for label in labels), "that follows from the start"
    next(button for button in app.button if "epochs" in button.label).click().run()
    assert "There is no such run" in words(app), "another start would be another training"
    app.button(key="runs_again").click().run()
    assert "The run to start from is gone" in words(app)


def test_runs_that_started_otherwise_differ(run: Run) -> None:
    from pages.ui.parts import setting_differences
    from pipeline.network.started_from import StartedFrom

    other = dataclasses.replace(run, name="other", started_from=StartedFrom(**START))  # type: ignore[arg-type]
    table = setting_differences.differing([run, other]).data
    assert table.values.tolist() == [
        ["Pretrained weights", "ImageNet", "the network of An old one"]
    ]
