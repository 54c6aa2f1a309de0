"""The camera that adds to a class: a hold joins the set as one version."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.parts import import_card
from pages.ui.photos import add
from pages.ui.photos.set_camera import KEY
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import newest
from tests.pages.photos.shots import Shots
from tests.pages.photos.test_add import adding
from tests.workspaces import jpeg

RED = (200, 60, 40)
ONE, TWO, THREE = (jpeg(RED, seed) for seed in (500, 501, 502))


@pytest.fixture
def shots(monkeypatch: pytest.MonkeyPatch) -> Shots:
    return Shots(monkeypatch)


def opened(app: AppTest, row: PhotoSetRow) -> AppTest:
    """The camera for red things of a set."""
    app = adding(app, add.CAMERA)
    app.selectbox(key=f"photos_into_{row.id}").select(row.id).run()
    return app.selectbox(key=f"photos_loose_{row.id}").select("red").run()


def test_one_hold_is_one_version_without_its_near_copies(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, shots: Shots
) -> None:
    app = opened(open_page("photos"), photo_set)
    app = shots.send(app, KEY, ONE, ONE, over=False)
    assert newest(workspace).id == photo_set.id, "the button is still held"
    assert shots.told[KEY]["told"] == "2 taken, 1 near copy left out"
    app = shots.send(app, KEY, TWO, ONE)
    assert not app.exception
    assert not app.error
    row = newest(workspace)
    assert (row.class_sizes, row.change) == ({"blue": 20, "red": 22}, "2 photos added")
    assert shots.told[KEY]["told"] == "4 taken, 2 near copies left out"
    assert "(22 photos so far)" in words(app)
    held = [photo for photo in PhotoSets(workspace).open(row.id).photos if photo.clip]
    assert len(held) == 2
    assert len({(photo.clip, photo.split) for photo in held}) == 1, "held together"


def test_the_next_hold_joins_and_knows_what_is_there(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, shots: Shots
) -> None:
    app = shots.send(opened(open_page("photos"), photo_set), KEY, ONE)
    app = shots.send(app, KEY, ONE, THREE, hold="2")
    assert newest(workspace).class_sizes == {"blue": 20, "red": 22}
    assert shots.told[KEY]["told"] == "2 taken, 1 near copy left out"
    before = newest(workspace).id
    app = shots.send(app, KEY, ONE, hold="3")
    assert not app.exception
    assert newest(workspace).id == before, "nothing new came"


def test_undo_takes_the_last_hold_out_again(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, shots: Shots
) -> None:
    app = shots.send(opened(open_page("photos"), photo_set), KEY, ONE, TWO)
    assert shots.told[KEY]["can_undo"]
    app = shots.say(app, KEY, "undone", hold="1")
    assert not app.exception
    assert newest(workspace).class_sizes == {"blue": 20, "red": 20}
    assert not shots.told[KEY]["can_undo"]
    app = shots.say(app, KEY, "undone", hold="1")
    assert not app.error


def test_without_a_set_the_first_hold_begins_one(
    open_page: Open,
    workspace: Workspace,
    photo_set: PhotoSetRow,
    shots: Shots,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pages.ui.parts.pickers.label_choice", lambda *_: "red")
    app = adding(open_page("photos"), add.CAMERA)
    app.selectbox(key=f"photos_into_{photo_set.id}").select(import_card.NEW).run()
    app = shots.send(app, KEY, ONE, TWO)
    app = shots.send(app, KEY, THREE, hold="2")
    assert not app.exception
    row = newest(workspace)
    assert (row.name, row.class_sizes) == ("Camera pictures", {"red": 3})


def test_a_hold_waits_for_an_import_into_its_set(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, shots: Shots
) -> None:
    Jobs(workspace).submit_import("/data/birds", into=photo_set.id)
    app = shots.send(opened(open_page("photos"), photo_set), KEY, ONE)
    assert not app.exception
    assert "on their way into this set" in app.error[0].value
    assert newest(workspace).id == photo_set.id


@pytest.mark.parametrize("told", [{}, {"hold": 5}, {"hold": "1", "number": "?", "photos": "?"}])
def test_whatever_else_a_browser_sends_changes_nothing(
    open_page: Open,
    workspace: Workspace,
    photo_set: PhotoSetRow,
    shots: Shots,
    told: dict[str, object],
) -> None:
    app = shots.say(opened(open_page("photos"), photo_set), KEY, "frames", **told)
    app = shots.send(app, KEY, b"no photo")
    assert not app.exception
    assert not app.error
    assert shots.told[KEY]["told"] == "1 taken, 1 could not be read"
    assert newest(workspace).id == photo_set.id
