"""Which network answers, whose it is, and how many stay open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.api.networks import Networks
from pipeline.api.refused import Refused
from pipeline.errors import RunError
from pipeline.settings import mode
from pipeline.settings.environment import EXAMPLE
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.runs import BUNDLE, find
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


def answering(workspace: Workspace, tmp_path: Path, visitor: str | None = None) -> str:
    """A run with the example's network."""
    folder = tmp_path / "photos"
    photos = folder if folder.exists() else class_folders(folder)
    made = add_run(workspace, add_photo_set(workspace, photos, visitor=visitor).id, visitor=visitor)
    shutil.copytree(EXAMPLE / BUNDLE, made.folder / BUNDLE)
    with workspace.database.writing() as session:
        find(session, made.id).can_answer = True
    return made.id


def test_a_network_stays_open(workspace: Workspace, with_example: None) -> None:
    networks = Networks(lambda: workspace)
    run, first = networks.find("latest", None)
    assert run == "starter"
    assert networks.find("starter", None)[1] is first


def test_the_newest_answers_unless_one_is_named(
    workspace: Workspace, tmp_path: Path, with_example: None
) -> None:
    mine = answering(workspace, tmp_path)
    networks = Networks(lambda: workspace)
    assert networks.find("latest", None)[0] == mine
    assert networks.find("starter", None)[0] == "starter"


def test_what_is_somebody_elses_is_not_there(
    workspace: Workspace, tmp_path: Path, with_example: None
) -> None:
    theirs = answering(workspace, tmp_path, visitor="a" * 32)
    networks = Networks(lambda: workspace)
    assert networks.find(theirs, "a" * 32)[0] == theirs  # from now on it is open
    assert networks.find("latest", mode.NOBODY)[0] == "starter"
    with pytest.raises(Refused) as refused:
        networks.find(theirs, mode.NOBODY)
    assert refused.value.status == 404


def test_a_run_whose_network_is_gone_says_so(workspace: Workspace, tmp_path: Path) -> None:
    mine = answering(workspace, tmp_path)
    shutil.rmtree(workspace.runs_folder / mine / BUNDLE)
    with pytest.raises(RunError, match="no model that could answer"):
        Networks(lambda: workspace).find(mine, None)


def test_the_last_three_stay_open(workspace: Workspace, tmp_path: Path) -> None:
    runs = [answering(workspace, tmp_path) for _ in range(4)]
    networks = Networks(lambda: workspace)
    first = [networks.find(run, None)[1] for run in runs]
    again = [networks.find(run, None)[1] for run in reversed(runs)]
    assert [one is other for one, other in zip(first[::-1], again, strict=True)] == [
        True,
        True,
        True,
        False,
    ]
