"""A wall of photos: what the browser gets, and what it may say."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.parts import photo_wall
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from tests.pages.conftest import Open, gallery
from tests.pages.photos.conftest import newest

Say = Callable[..., AppTest]


@pytest.fixture
def say(open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch) -> Say:
    """The Photos page after a browser has said something at the wall."""
    plain = photo_wall._COMPONENT
    told: dict[str, Any] = {}

    def component(**given: Any) -> dict[str, Any]:
        plain(**given)
        return {**told}

    def run(**said: Any) -> AppTest:
        app = open_page("photos", set=photo_set.id)
        told.update({kind: {"version": photo_set.id, **what} for kind, what in said.items()})
        monkeypatch.setattr(photo_wall, "_COMPONENT", component)
        app.run()
        assert not app.exception
        return app

    return run


def test_the_first_pictures_come_with_the_wall(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    wall = gallery(open_page("photos"))
    assert len(wall.told["small"]) == photo_wall.AT_FIRST
    first = PhotoSets(workspace).open(photo_set.id).photos[wall.places[0]]
    assert wall.told["small"][0]["key"] == first.sha256[:16]
    assert base64.b64decode(wall.told["small"][0]["picture"]).startswith(b"\xff\xd8")


def test_what_comes_into_sight_is_handed_over_in_batches(say: Say) -> None:
    told = gallery(say(wanted={"small": list(range(40)) * 2, "large": [0, 1, 2, 3]})).told
    assert len(told["small"]) == 60
    assert [one["place"] for one in told["large"]] == [0, 1, 2]
    assert base64.b64decode(told["large"][0]["picture"]).startswith(b"\xff\xd8")
    assert ["Split", "Training"] in told["large"][0]["facts"]


def test_a_browser_gets_no_photo_that_there_is_not(say: Say) -> None:
    told = gallery(say(wanted={"small": [-1, 40, "3", None, True], "large": "all"})).told
    assert told["small"] == told["large"] == []


def test_what_is_said_of_an_open_photo_makes_one_version(
    say: Say, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    wall = gallery(say(changed={"labels": [[0, 1], [1, 1]], "removed": [5, 1]}))
    made = newest(workspace)
    assert made.change == "1 label changed, 2 photos taken out"
    assert made.class_sizes == {"blue": 17, "red": 21}
    assert wall.listed["version"] == made.id


@pytest.mark.parametrize(
    "changed",
    [
        {"labels": [[0, 2]], "removed": [40]},
        {"labels": [[0], [0, "red"], 7], "removed": None},
        {"labels": [[0, 1]], "version": "another"},
    ],
)
def test_nothing_else_changes_a_set(
    say: Say, workspace: Workspace, photo_set: PhotoSetRow, changed: dict[str, Any]
) -> None:
    say(changed=changed)
    assert newest(workspace).id == photo_set.id


def test_the_list_stays_the_same_while_one_scrolls(
    open_page: Open, say: Say, photo_set: PhotoSetRow
) -> None:
    """Streamlit sends a message that it has sent before only by its name."""
    before = gallery(open_page("photos", set=photo_set.id)).listed
    app = say(wanted={"small": [3]})
    app.session_state[f"photos_picked_{photo_set.id}"] = {3}
    after = gallery(app.run())
    assert after.listed == before
    assert after.told["picked"] == [3]
