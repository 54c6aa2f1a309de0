"""Choosing the set and the run that a page is about; both are kept in the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from pages.ui import markdown, resources, stores
from pipeline.errors import PhotoSetError
from pipeline.photos.checkup import readiness
from pipeline.settings.limits import LIMITS
from pipeline.wording import names, numbers, score_text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

PHOTO_SET: Final = "photo_set_id"  # session: the set that all pages look at


def photo_set(named: bool = True) -> PhotoSetRow | None:
    """Choose the set that all pages look at; kept in the session and in the address.

    Args:
        named: Whether its label is seen.

    Returns:
        The set, or None when the workspace has none.
    """
    rows = resources.photo_set_list()
    if not rows:
        return None
    wanted = st.query_params.get("set") or st.session_state.get(PHOTO_SET)
    earlier = _earlier_version(wanted, rows)
    rows = (*rows, earlier) if earlier else rows
    ids = [row.id for row in rows]
    if "set" in st.query_params and wanted not in ids:
        st.warning("The photo set in this address is not here; it may have been deleted.")
    current = wanted if wanted in ids else ids[0]
    by_id = {row.id: row for row in rows}
    st.session_state["set_choice"] = current
    st.selectbox(
        "Photo set",
        ids,
        key="set_choice",
        format_func=lambda found: _set_label(by_id[found]),
        on_change=_choose_set,
        help="Explore, Augment and Train use the set that you choose here.",
        label_visibility="visible" if named else "collapsed",
    )
    st.session_state[PHOTO_SET] = current
    return by_id[current]


def _earlier_version(wanted: str | None, rows: Sequence[PhotoSetRow]) -> PhotoSetRow | None:
    """The set that is wanted, where it is no newest version; an address may name any."""
    if not wanted or any(row.id == wanted for row in rows):
        return None
    try:
        return stores.photo_sets().get(wanted)
    except PhotoSetError:
        return None


def _set_label(row: PhotoSetRow) -> str:
    version = "" if row.is_newest else f", version {row.version}" if row.version else ", taken back"
    named = sum(not readiness.is_unlabelled(name) for name in row.classes)
    classes = numbers.plural(named, "class", "classes")
    return f"{row.name}{version} · {numbers.photos(row.accepted)}, {classes}"


def _choose_set() -> None:
    chosen = st.session_state["set_choice"]
    st.session_state[PHOTO_SET] = chosen
    st.query_params["set"] = chosen


def run(label: str, rows: Sequence[Run], key: str, help_text: str) -> Run:
    """Choose one of `rows`, which must not be empty; kept in the address as `?run=`."""
    ids = [row.id for row in rows]
    wanted = st.query_params.get("run")
    if wanted and wanted not in ids:
        st.warning(
            "The run in this address is not here, or cannot be used on this page; "
            "it may have been deleted. Another one is shown instead."
        )
    by_id = {row.id: row for row in rows}
    st.session_state[key] = wanted if wanted in ids else ids[0]
    chosen = st.selectbox(
        label,
        ids,
        key=key,
        format_func=lambda found: run_label(by_id[found]),
        on_change=lambda: st.query_params.update(run=st.session_state[key]),
        help=help_text,
    )
    found = by_id[chosen]
    if found.state is RunState.DAMAGED:
        st.error(markdown.literal(found.error or ""), icon=markdown.STATES[found.state][2])
    return found


def run_label(run: Run) -> str:
    """A run in one line: name, state or accuracy."""
    if run.shown and run.state is not RunState.DAMAGED:
        return f"{run.name} · {score_text.of_what(run.shown, run.config)}"
    return f"{run.name} · {markdown.STATES[run.state][0]}"


def label_choice(
    title: str, row: PhotoSetRow | Run | None, key: str, more: Iterable[str] = ()
) -> str | None:
    """A class of a set or run to choose, one of those in `more`, or one to type anew."""
    named = [name for name in row.classes if not readiness.is_unlabelled(name)] if row else []
    shown = names.apart((*named, *more))
    return st.selectbox(
        title,
        list(shown),
        index=None,
        key=key,
        format_func=lambda name: shown.get(name, name),
        accept_new_options=True,
        placeholder="Choose or type one",
        help=f"A new name makes a new class; at most {LIMITS.class_name_chars} letters.",
    )
