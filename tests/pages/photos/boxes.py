"""The place of a new set in AppTest."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.ui.photos.new_set import NewSet
from tests.pages.conftest import Open, words
from tests.workspaces import jpeg

BLUE, RED = (40, 60, 200), (200, 60, 40)
COLOURS = {1: BLUE, 2: RED}


def opened(open_page: Open) -> AppTest:
    """The page with its boxes."""
    return open_page("photos", new="1")


def made(app: AppTest) -> NewSet:
    """What the session is putting together."""
    found: NewSet = app.session_state["new_set"]
    return found


def drop(app: AppTest, number: int, *files: tuple[str, bytes]) -> AppTest:
    """Drop files on a box, or on the pile, which is number 0."""
    drops = made(app).drops.get(number, 0)
    uploader = app.file_uploader(key=f"new_set_files_{number}_{drops}")
    uploader.set_value([(name, data, "image/jpeg") for name, data in files])
    return app.run()


def some(number: int, count: int, first: int = 0) -> list[tuple[str, bytes]]:
    """Photos of one colour, all different."""
    return [
        (f"{place}.jpg", jpeg(COLOURS[number], seed=100 * number + place, side=64))
        for place in range(first, first + count)
    ]


def name(app: AppTest, number: int, text: str) -> AppTest:
    """Say what a box's photos show."""
    return app.text_input(key=f"new_set_name_{number}").input(text).run()


def press(app: AppTest, key: str) -> AppTest:
    """Press a button of the place."""
    return app.button(key=f"new_set_{key}").click().run()


def filled(open_page: Open, each: int = 6) -> AppTest:
    """Two boxes with a name and some photos each."""
    app = opened(open_page)
    for number, called in ((1, "Mia"), (2, "Rex")):
        app = name(drop(app, number, *some(number, each)), number, called)
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """What the page says, as it reads."""
    return words(app).replace("\\", "")
