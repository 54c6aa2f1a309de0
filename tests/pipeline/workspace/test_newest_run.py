"""Which run answers where none is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RunError
from pipeline.settings import mode
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.newest_run import newest_answering
from pipeline.workspace.runs import find
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


def add(workspace: Workspace, photo_set_id: str, visitor: str | None, can_answer: bool) -> str:
    made = add_run(workspace, photo_set_id, visitor=visitor).id
    with workspace.database.writing() as session:
        find(session, made).can_answer = can_answer
    return made


def test_the_newest_that_can_answer_and_may_be_seen(workspace: Workspace, tmp_path: Path) -> None:
    photos = add_photo_set(workspace, class_folders(tmp_path / "photos")).id
    shared = add(workspace, photos, None, can_answer=True)
    theirs = add(workspace, photos, "a" * 32, can_answer=True)
    add(workspace, photos, None, can_answer=False)
    assert newest_answering(workspace, None) == theirs
    assert newest_answering(workspace, "a" * 32) == theirs
    assert newest_answering(workspace, mode.NOBODY) == shared


def test_where_there_is_none_the_example_answers(workspace: Workspace, with_example: None) -> None:
    assert newest_answering(workspace, None) == "starter"


def test_without_the_example_nobody_does(workspace: Workspace) -> None:
    with pytest.raises(RunError, match="no run that can answer"):
        newest_answering(workspace, None)
