"""The row of a run that is about to be queued."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError
from pipeline.jobs.new_run import new_run
from pipeline.photos.photo_edits import SetSplit
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, add_run, class_folders


def test_a_run_is_called_as_asked_or_by_its_set_and_number(own_home: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_home)
    photo_sets = PhotoSets(workspace)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    add_run(workspace, row.id, "Colours, run 1")
    other = add_photo_set(workspace, class_folders(tmp_path / "more", photos=12), "Colours too")
    for number in (4, 7):
        add_run(workspace, other.id, f"Colours too, run {number}: dropout 0.3")
    with workspace.database.reading() as session:
        config = TrainConfig(epochs=3)
        asked = new_run(session, photo_sets, "anna", row.id, config, "Mine")
        unasked = new_run(session, photo_sets, None, row.id, config, None)
        assert (asked.name, asked.visitor, asked.config) == ("Mine", "anna", config.to_json())
        assert (unasked.name, unasked.photo_set_id) == ("Colours, run 2", row.id)
        assert asked.id != unasked.id
        third = new_run(session, photo_sets, None, other.id, config, None)
        assert third.name == "Colours too, run 8", "counted set by set"


def test_a_set_that_cannot_be_trained_on_is_refused(own_home: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    validation = tuple(PhotoSets(workspace).open(row.id).indices("validation").tolist())
    without = Versions(workspace).edit(row.id, SetSplit(validation, "training"))
    with (
        workspace.database.reading() as session,
        pytest.raises(PhotoSetError, match="Colours cannot be trained on yet"),
    ):
        new_run(session, PhotoSets(workspace), None, without.id, TrainConfig(), None)
