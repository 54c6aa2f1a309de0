"""Which runs are ticked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from pages.ui.parts import ticked
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs
from tests.workspaces import add_run


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session of nobody's."""
    monkeypatch.setattr(st, "session_state", {})
    yield


def test_a_tick_takes_the_first_free_colour() -> None:
    for run_id in ("a", "b", "c"):
        ticked.put(run_id, True)
    ticked.put("a", False)
    ticked.put("d", True)
    ticked.put("b", True)
    assert ticked.places() == {"c": 2, "d": 0, "b": 1}


def test_ticks_that_stand_already_keep_their_order_and_colour() -> None:
    for run_id in "ab":
        ticked.put(run_id, True)
    ticked.put_all({"a": True, "b": False, "c": True})
    assert ticked.places() == {"a": 0, "c": 1}


def test_the_newest_are_ticked_once(run: Run, second: Run) -> None:
    ticked.begin_with_newest([second, run])
    assert list(ticked.places()) == [second.id, run.id]
    ticked.put(second.id, False)
    ticked.put(run.id, False)
    ticked.begin_with_newest([second, run])
    assert ticked.places() == {}


def test_the_baseline_stands_first(
    workspace: Workspace, photo_set: PhotoSetRow, run: Run, second: Run
) -> None:
    waiting = add_run(workspace, photo_set.id, "Waiting", state="queued")
    Remarks(workspace).pin(run.id)
    rows = Runs(workspace).list()
    for one in (second, run):
        ticked.put(one.id, True)
    ticked.put("run-that-is-gone", True)
    assert [one.id for one in ticked.among(rows)] == [run.id, second.id]
    assert ticked.can_be(waiting), "it has curves, whatever its state"
