"""A set is renamed, saved and deleted."""

from __future__ import annotations

import pytest

from pages.ui.photos import tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from tests.pages.conftest import Open
from tests.pages.photos.conftest import open_tab, submit


def test_rename(open_page: Open, workspace: Workspace, photo_set: PhotoSetRow) -> None:
    app = open_tab(open_page("photos"), tabs.KEEP)
    next(field for field in app.text_input if field.label == "Name").input("Paint samples")
    submit(app, "Save the name")
    assert PhotoSets(workspace).get(photo_set.id).name == "Paint samples"
    assert not app.exception


def test_a_set_with_runs_cannot_be_deleted(workspace: Workspace, run: Run) -> None:
    from pipeline.errors import PhotoSetError

    with pytest.raises(PhotoSetError, match="Runs page"):
        PhotoSets(workspace).delete(run.photo_set_id)
