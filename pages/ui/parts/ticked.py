"""Which runs are ticked: their curves are drawn and they are compared, wherever one looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

import streamlit as st

from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

TICKED: Final = "ticked_runs"  # session: id -> place in the row of colours
AT_FIRST: Final = 2  # runs


def places() -> dict[str, int]:
    """The ticked runs, in the order of their ticks, each with its place in the row of colours."""
    found: dict[str, int] = st.session_state.get(TICKED, {})
    return found


def put(run_id: str, on: bool) -> None:
    """Tick a run, which takes the first free colour, or take the tick away."""
    others = {known: place for known, place in places().items() if known != run_id}
    free = next(place for place in count() if place not in others.values())
    st.session_state[TICKED] = {**others, **({run_id: places().get(run_id, free)} if on else {})}


def put_all(wanted: Mapping[str, bool]) -> None:
    """Tick runs or take their ticks away, by their ids; those that stand so already stay."""
    for run_id, on in wanted.items():
        if on != (run_id in places()):
            put(run_id, on)


def begin_with_newest(rows: Sequence[Run]) -> None:
    """Tick the newest runs that have curves, where nobody has ticked or unticked any yet."""
    if TICKED not in st.session_state:
        for run in [run for run in rows if can_be(run)][:AT_FIRST]:
            put(run.id, True)


def can_be(run: Run) -> bool:
    """Whether a run has curves to be drawn."""
    return bool(run.epochs) and run.state is not RunState.DAMAGED


def among(rows: Sequence[Run]) -> list[Run]:
    """The ticked ones of these runs, in the order of their ticks; the baseline stands first."""
    by_id = {run.id: run for run in rows if can_be(run)}
    found = [by_id[run_id] for run_id in places() if run_id in by_id]
    return sorted(found, key=lambda run: not run.is_baseline)
