"""The camera of a box: what it takes is there at once, and goes again with one Undo."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from tests.pages.photos.boxes import RED, drop, made, opened, press, some
from tests.pages.photos.shots import Shots
from tests.workspaces import jpeg

KEY = "new_set_camera_2"
ONE, TWO, THREE = (jpeg(RED, seed) for seed in (500, 501, 502))


@pytest.fixture
def shots(monkeypatch: pytest.MonkeyPatch) -> Shots:
    return Shots(monkeypatch)


def photos(app: AppTest) -> int:
    return len(made(app).boxes.box(2).photos)


def test_near_copies_are_left_out_and_one_hold_is_one_step(
    no_first_import, open_page: Open, shots: Shots
) -> None:
    app = shots.send(opened(open_page), KEY, ONE, ONE, over=False)
    assert (photos(app), shots.told[KEY]["told"]) == (1, "2 taken, 1 near copy left out")
    app = shots.send(app, KEY, TWO)
    app = shots.send(app, KEY, TWO, THREE, hold="2")
    assert (photos(app), shots.told[KEY]["told"]) == (3, "2 taken, 1 near copy left out")
    assert not made(app).unseen
    assert len({made(app).files[one].clip for one in made(app).boxes.photos}) == 2
    app = press(app, "undo")
    assert photos(app) == 2
    app = press(app, "undo")
    assert photos(app) == 0
    assert not app.exception


def test_its_own_undo_takes_out_the_last_hold_alone(
    no_first_import, open_page: Open, shots: Shots
) -> None:
    app = shots.send(opened(open_page), KEY, ONE, TWO)
    app = drop(app, 1, *some(1, 2))
    app = shots.say(app, KEY, "undone", hold="1")
    assert photos(app) == 0
    assert len(made(app).boxes.photos) == 2
    app = press(app, "undo")
    assert photos(app) == 2


def test_a_message_that_comes_twice_is_heard_once(
    no_first_import, open_page: Open, shots: Shots
) -> None:
    app = shots.send(opened(open_page), KEY, ONE)
    shots._number -= 1
    app = shots.send(app, KEY, TWO)
    assert photos(app) == 1


def test_a_box_that_is_gone_takes_nothing(no_first_import, open_page: Open, shots: Shots) -> None:
    app = opened(open_page)
    new_set = made(app)
    new_set.change(lambda boxes: boxes.without_box(2))
    app = shots.send(app, KEY, ONE)
    assert not app.exception
    assert made(app).boxes.photos == ()
