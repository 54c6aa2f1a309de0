"""Whose seal hides what."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError
from pipeline.workspace import seal_rows
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.seals import Seals
from tests.pipeline.workspace.conftest import trained
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


def test_what_is_counted_later_leaves_the_test_out_also_when_the_seal_was_opened(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    first = trained(workspace, photo_set.id)
    assert not is_sealed(workspace, first)
    Seals(workspace).seal(photo_set.id)
    second = trained(workspace, photo_set.id)
    assert is_sealed(workspace, second)
    Seals(workspace).open(second.id)
    assert is_sealed(workspace, trained(workspace, photo_set.id))


def is_sealed(workspace: Workspace, run: Run) -> bool:
    with workspace.database.reading() as session:
        return seal_rows.is_sealed(session, find(session, run.id))


def test_a_public_set_stays_as_it_is(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    with pytest.raises(PhotoSetError, match="everybody"):
        Seals(workspace, ANNA).seal(photo_set.id)
