"""A photo that a network has learned from is called known, where it answers about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.ui.parts.known_photos import KNOWN
from pipeline.settings.hyperparameters import SOLVED
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from tests.pages.conftest import BLUE, Open, upload, words
from tests.workspaces import jpeg


def photo(workspace: Workspace, row: PhotoSetRow, folder: Path, split: str) -> bytes:
    """The file of a photo of this split, as its owner has it."""
    made = PhotoSets(workspace).open(row.id)
    return (folder / made.photos[made.indices(split)[0]].name).read_bytes()


@pytest.mark.parametrize(
    ("split", "head", "is_known"),
    [
        ("training", "stepped", True),
        ("validation", "stepped", False),
        ("validation", SOLVED, True),
        ("test", SOLVED, False),
    ],
)
def test_it_says_so_of_what_it_has_learned_from_alone(
    open_page: Open,
    workspace: Workspace,
    run: Run,
    photo_set: PhotoSetRow,
    tmp_path: Path,
    split: str,
    head: str,
    is_known: bool,
) -> None:
    with workspace.database.writing() as session:
        config = run.config.to_json() | {"head": head, "fine_tune_epochs": 0}
        find(session, run.id).config = config
    data = photo(workspace, photo_set, tmp_path / "colours", split)
    app = upload(open_page("classify"), ("mine.jpg", data), ("new.jpg", jpeg(BLUE, seed=4321)))
    assert not app.exception
    assert words(app).count(KNOWN) == int(is_known)


def test_where_its_photos_are_gone_nothing_is_said(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = upload(open_page("classify"), ("new.jpg", jpeg(BLUE, seed=4321)))
    assert not app.exception
    assert KNOWN not in words(app)
