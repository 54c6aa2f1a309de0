"""Whose seal hides what."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seals
from tests.workspaces import add_photo_set, add_run, class_folders

ANNA, BEN = "a" * 32, "b" * 32


def test_a_visitor_seals_an_own_set_for_nobody_else(workspace: Workspace, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "same")
    annas = add_photo_set(workspace, folder, visitor=ANNA)
    bens = add_photo_set(workspace, folder, visitor=BEN)
    assert annas.id == bens.id, "the same photos are the same set"
    with pytest.raises(PhotoSetError):
        Seals(workspace, "c" * 32).seal(annas.id)
    Seals(workspace, ANNA).seal(annas.id)
    hidden = add_run(workspace, annas.id, visitor=ANNA)
    seen = add_run(workspace, bens.id, visitor=BEN)
    assert Runs(workspace, ANNA).get(hidden.id).test is None
    assert Runs(workspace, BEN).get(seen.id).test is not None
    assert Seals(workspace, BEN).of(bens.id) is None


def test_a_public_set_stays_as_it_is(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    with pytest.raises(PhotoSetError, match="everybody"):
        Seals(workspace, ANNA).seal(photo_set.id)
