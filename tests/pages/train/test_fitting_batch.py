"""A batch is no larger than the photos, and what was asked for comes back with a larger set."""

from __future__ import annotations

from pathlib import Path

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.workspaces import add_photo_set, class_folders


def test_it_is_lowered_said_and_comes_back(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    few = add_photo_set(workspace, class_folders(tmp_path / "few", 12), "Few")
    app = open_page("train", set=few.id)
    assert app.select_slider(key="train_batch_size").value == 16
    training = few.split_sizes["training"]
    assert f"Batch size 16: there are {training} training photos." in words(app)
    assert "batch_size" not in app.query_params, "it is not what somebody asked for"
    app.selectbox(key="set_choice").set_value(photo_set.id).run()
    assert app.select_slider(key="train_batch_size").value == 32
    assert "there are" not in words(app)


def test_another_choice_is_kept(open_page: Open, workspace: Workspace, tmp_path: Path) -> None:
    add_photo_set(workspace, class_folders(tmp_path / "few", 12), "Few")
    app = open_page("train")
    app.select_slider(key="train_batch_size").set_value(8).run()
    assert app.select_slider(key="train_batch_size").value == 8
    assert "8" in app.query_params["batch_size"]
    assert "Batch size 8" not in words(app)
