"""Starting a training: what is missing, what is odd, and what is queued."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from pages.ui.train import start
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import SetSplit
from pipeline.settings.hyperparameters import UNWEIGHTED
from pipeline.settings.presets import FIRST
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seals
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, words
from tests.workspaces import add_photo_set, class_folders


def trainings(workspace: Workspace) -> list[str]:
    return [job.run_id or "" for job in Jobs(workspace).active() if job.kind == "train"]


def test_start_queues_the_training_and_puts_it_into_the_address(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.select_slider(key="train_epochs").set_value(4)
    app.text_input(key="train_name").input("Shorter")
    app.button(key="train_start").click().run()
    assert not app.exception
    run = Runs(workspace).list()[0]
    assert (run.name, run.state, run.config.epochs) == ("Shorter", "queued", 4)
    assert run.config.augment.rotation == 0.2
    assert run.id in app.query_params["run"]
    assert "Starting" in words(app)


def test_test_photos_are_not_asked_for(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    test = tuple(PhotoSets(workspace).open(photo_set.id).indices("test").tolist())
    Versions(workspace).edit(photo_set.id, SetSplit(test, "training"))
    app = open_page("train")
    assert not app.button(key="train_start").disabled
    assert "Test none kept" in words(app)


def test_a_set_without_validation_photos_says_so(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    every = tuple(range(photo_set.accepted))
    Versions(workspace).edit(photo_set.id, SetSplit(every, "training"))
    app = open_page("train")
    assert app.button(key="train_start").disabled
    assert "There are no validation photos" in app.warning[0].value


def test_odd_settings_are_remarked_on() -> None:
    assert start.remarks(TrainConfig(), 32) == []
    assert len(start.remarks(TrainConfig(fine_tune_at=154, weights="none"), 32)) == 2
    assert start.remarks(TrainConfig(fine_tune_learning_rate=0.01), 32)


def test_it_is_never_taken_silently() -> None:
    assert TrainConfig().weights == "imagenet"
    remarks = start.remarks(dataclasses.replace(FIRST), 32)
    assert any("PawTune's own small network" in remark for remark in remarks)


def test_very_uneven_classes_are_told_of_before_the_start(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "photos", 30)
    for number in range(5, 30):
        (folder / "red" / f"{number}.jpg").unlink()
    add_photo_set(workspace, folder)
    app = open_page("train")
    assert "a photo of red weighs more" in words(app)
    app.select_slider(key="train_batch_size").set_value(8)
    app.button_group(key="train_class_weight").set_value(UNWEIGHTED).run()
    assert "red will often be predicted as something else" in words(app)
    app.button(key="train_start").click().run()
    assert Runs(workspace).list()[0].config.class_weight == UNWEIGHTED


def test_it_says_which_photos_judge(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    assert "Train **32** · Validation **4** · Test **4**" in words(app)
    app.menu_button(key="train_set").click("quick").run()
    assert "Train **36**, judged by all **40**, each by a network" in words(app)
    Seals(workspace).seal(photo_set.id)
    app.run()
    assert "judged by all **36** outside the sealed test" in words(app)
