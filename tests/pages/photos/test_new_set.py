"""The set that somebody is putting together."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from streamlit.runtime.caching import cache_utils

from pages.ui.photos import new_set
from pages.ui.photos.new_set import NewSet
from pipeline.settings import mode
from tests.pipeline.workspace.test_visitors import ANNA


def test_what_changes_nothing_is_no_step_to_take_back() -> None:
    made = NewSet()
    made.change(lambda boxes: boxes.without(["nothing"]))
    assert made.earlier == []
    made.change(lambda boxes: boxes.with_box())
    made.undo()
    assert (len(made.boxes.boxes), made.earlier) == (2, [])


def test_a_second_press_on_undo_comes_too_late_to_take_anything_back() -> None:
    made = NewSet()
    made.change(lambda boxes: boxes.with_box())
    made.undo()
    made.undo()
    assert len(made.boxes.boxes) == 2


def test_as_many_steps_are_kept_as_one_takes_back() -> None:
    made = NewSet()
    for _ in range(80):
        made.change(lambda boxes: boxes.with_box())
    assert len(made.earlier) == 50


def test_what_a_visitor_of_the_demo_put_together_is_forgotten_with_all_other_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One's own computer remembers it for as long as the server lives."""
    gone = timedelta(0)
    monkeypatch.setattr(
        cache_utils, "TTLCACHE_TIMER", lambda: time.monotonic() + gone.total_seconds()
    )
    for whose in (ANNA, None):
        new_set._kept("home", whose).append(NewSet())
        assert len(new_set._kept("home", whose)) == 1
    assert mode.DEMO.hours_kept is not None
    gone = timedelta(hours=mode.DEMO.hours_kept, seconds=1)
    assert new_set._kept("home", ANNA) == []
    assert len(new_set._kept("home", None)) == 1
