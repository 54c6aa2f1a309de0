"""The wall: which photos are on it, on which side they begin, and what the slider sends."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from pages.ui.evaluate import certainty_wall, desk
from pages.ui.evaluate.certainty_wall import MOST, Wall
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, look_at
from tests.pages.evaluate.conftest import component


def wall(shares: np.ndarray, truth: np.ndarray, percent: int = 50) -> Wall:
    return Wall(shares, truth[:, np.newaxis] != [[0, 1]], ("left", "right"), "slider", percent)


def test_mistakes_are_on_it_first_and_all_lie_in_order() -> None:
    random = np.random.default_rng(0)
    shares, truth = random.random(5000), random.integers(0, 2, 5000)
    truth[100:] = shares[100:] >= 0.5  # the first hundred are a guess, all others right
    chosen = certainty_wall.some(wall(shares, truth))
    assert len(chosen) == len(set(chosen.tolist())) == MOST
    assert (np.diff(shares[chosen]) >= 0).all()
    mistakes = np.flatnonzero((shares >= 0.5) != truth)
    assert set(mistakes.tolist()) <= set(chosen.tolist())
    rest = np.sort(shares[np.setdiff1d(chosen, mistakes)])
    assert np.diff(rest).max() < 0.05, "the others are spread evenly"


def test_few_photos_are_all_on_it() -> None:
    shares = np.array([0.9, 0.1, 0.5])
    assert certainty_wall.some(wall(shares, np.array([1, 1, 0]))).tolist() == [1, 2, 0]


def test_all_pictures_come_in_one(open_page: Open, run: Run) -> None:
    app = look_at(open_page("evaluate"), desk.VIEW, desk.THRESHOLDS_TAB)
    data = component(app, "certainty_wall")
    assert run.test is not None
    assert len(data["tiles"]) == len(data["all"]) == run.test["photos"]
    with Image.open(io.BytesIO(base64.b64decode(data["sheet"]))) as sheet:
        assert sheet.size == (data["columns"] * 64, data["rows"] * 64)
    start = [tile["mille"] >= 500 for tile in data["tiles"]]
    wrong = [tile["wrong"][side] for tile, side in zip(data["tiles"], start, strict=True)]
    assert sum(wrong) == 1, "as the matrix says"
    assert data["words"]["part"] == ""


def test_without_photos_the_wall_is_of_letters(with_example: None, open_page: Open) -> None:
    app = look_at(open_page("evaluate", run=EXAMPLE_ID), desk.VIEW, desk.THRESHOLDS_TAB)
    assert not app.exception
    data = component(app, "certainty_wall")
    assert data["sheet"] is None
    assert {tile["letter"] for tile in data["tiles"]} == {"C", "D"}
    assert data["words"]["part"].startswith("Shown are 200 of 400 photos, mistakes first")


def test_where_the_slider_was_let_go_of_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui.evaluate.answers import Asked

    said: dict = {}
    monkeypatch.setattr(certainty_wall.st, "session_state", said)
    monkeypatch.setattr(certainty_wall, "message", lambda *_: {})
    asked = Asked(run, None, None, "photos")  # type: ignore[arg-type]  # answers are not looked at

    def drawn(*, key: str, data: object, on_moved_change: object) -> None:
        said[key] = {"moved": {"percent": 81}}
        on_moved_change()  # type: ignore[operator]

    plain = wall(np.zeros(1), np.zeros(1))
    monkeypatch.setattr(certainty_wall, "_COMPONENT", lambda **_: None)
    assert certainty_wall.show(asked, plain) == 50
    monkeypatch.setattr(certainty_wall, "_COMPONENT", drawn)
    assert certainty_wall.show(asked, plain) == 81
