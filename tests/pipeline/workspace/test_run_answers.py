"""Answers that files keep, less what is sealed."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import PhotoSetError, RunError
from pipeline.evaluation.predictions import Predictions, write_predictions
from pipeline.photos.photo_edits import SetSplit
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run_answers import kept, without_sealed
from pipeline.workspace.runs import PREDICTIONS, Runs
from pipeline.workspace.seals import Seals
from pipeline.workspace.versions import Versions
from tests.pipeline.workspace.conftest import trained
from tests.workspaces import add_run


def test_answers_about_all_photos_leave_the_sealed_ones_out(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    """Also where another version of the set has a sealed photo among its training photos."""
    content = PhotoSets(workspace).open(photo_set.id)
    tested = content.indices("test")
    run = trained(workspace, photo_set.id)
    moved = Versions(workspace).edit(photo_set.id, SetSplit(tuple(tested.tolist()), "training"))
    for asked in (photo_set.id, moved.id):
        everything = np.arange(len(content.photos))
        shares = np.full((len(everything), 2), 0.5, np.float32)
        found = Predictions(everything, content.labels(), shares)
        write_predictions(Runs(workspace).evaluation_path(run.id, asked), found)
        seen = Runs(workspace).evaluation(run.id, asked)
        assert seen is not None and len(seen.truth) == len(everything)
    Versions(workspace).undo(moved.id)  # the newest version has no test photos
    Seals(workspace).seal(photo_set.id)
    for asked in (photo_set.id, moved.id):
        seen = Runs(workspace).evaluation(run.id, asked)
        assert seen is not None
        assert set(seen.photo_indices.tolist()) == set(everything.tolist()) - set(tested.tolist())


def test_where_nobody_knows_what_is_sealed_nothing_is_shown(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    found = Runs(workspace).predictions(add_run(workspace, photo_set.id).id)
    folder = workspace.photo_sets_folder
    with pytest.raises(PhotoSetError):
        without_sealed(found, folder / photo_set.id, [folder / "gone"])


def test_damaged_answers_are_an_error_of_ours(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    run = add_run(workspace, photo_set.id)
    (run.folder / PREDICTIONS).write_bytes(b"no arrays")
    with pytest.raises(RunError, match="missing or damaged"):
        kept(run, PREDICTIONS)
