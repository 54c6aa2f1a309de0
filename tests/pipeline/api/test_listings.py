"""Runs and photo sets: what the command line lists, of what who asks may see."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from pipeline.api import listings
from pipeline.api.access import Access
from pipeline.settings import mode
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.states import RunState
from tests.pipeline.api.conftest import Serve
from tests.pipeline.commands.conftest import run as run_command
from tests.workspaces import add_photo_set, add_run, class_folders

MINE, THEIRS = "a" * 32, "b" * 32


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


def get(address: str, path: str) -> requests.Response:
    return requests.get(address + path, timeout=30)


def test_the_same_as_the_command_line_lists(
    serve: Serve, workspace: Workspace, tmp_path: Path, capsys
) -> None:
    photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    made = add_run(workspace, photo_set.id)
    address = serve(listings.operations(lambda: workspace))
    assert get(address, "/runs").json() == run_command(capsys, "runs")[1]
    assert get(address, "/photo-sets").json() == run_command(capsys, "photo-sets")[1]
    one = get(address, f"/runs/{made.id}").json()
    assert (one["run"], one["name"], one["classes"]) == (made.id, "A run", ["blue", "red"])
    assert len(one["phases"]) == 2
    gone = get(address, "/runs/run-0000000000")
    assert (gone.status_code, list(gone.json())) == (404, ["error"])


def test_the_token_of_a_demo_shows_what_is_everybodys(
    serve: Serve, workspace: Workspace, tmp_path: Path
) -> None:
    runs = {}
    for visitor, colour in ((None, "red"), (MINE, "blue"), (THEIRS, "green")):
        photos = class_folders(tmp_path / colour, names=("none", colour))
        photo_set = add_photo_set(workspace, photos, colour, visitor=visitor)
        runs[visitor] = add_run(workspace, photo_set.id, visitor=visitor).id
    address = serve(listings.operations(lambda: workspace), Access(visitor=mode.NOBODY))
    assert [one["run"] for one in get(address, "/runs").json()["runs"]] == [runs[None]]
    sets = get(address, "/photo-sets").json()["photo_sets"]
    assert [one["name"] for one in sets] == ["red"]
    assert get(address, f"/runs/{runs[None]}").status_code == 200
    assert get(address, f"/runs/{runs[MINE]}").status_code == 404


def test_a_run_whose_process_died_is_not_said_to_run(
    serve: Serve, workspace: Workspace, tmp_path: Path
) -> None:
    photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    add_run(workspace, photo_set.id, state=RunState.RUNNING)
    address = serve(listings.operations(lambda: workspace))
    (found,) = get(address, "/runs").json()["runs"]
    assert found["state"] == RunState.INTERRUPTED


def test_the_example_is_told(serve: Serve, workspace: Workspace, with_example: None) -> None:
    address = serve(listings.operations(lambda: workspace))
    assert get(address, "/runs/starter").json()["can_answer"] is True
