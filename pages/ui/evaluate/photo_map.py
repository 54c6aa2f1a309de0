"""The map of what a run was asked about: where it errs, and how fine-tuning moved the photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import frame, resources
from pages.ui.charts import figure, point_map
from pages.ui.evaluate.answers import Asked
from pages.ui.parts import class_neighbours, picked, run_map, tiles
from pipeline.tuning import photo_map
from pipeline.tuning.run_map import RunMap
from pipeline.wording import names, numbers

KEY: Final = "evaluate_map"
_ERRORS: Final = "errors"
_CLASS: Final = "class"
_SHOWN: Final = {_ERRORS: "Where it errs", _CLASS: "Class"}
_SEEN_PX: Final = 128
_MOST_SEEN: Final = 9  # photos that go to the browser at a time
_PAGE: Final = 12


def show(asked: Asked) -> None:
    """The map, or the way to it."""
    found = run_map.kept(asked.run, asked.photo_set)
    if found is not None:
        # Outside the fragment, which runs again for every photo that is pointed at.
        _map(asked, found, _moments(asked, found))
        return
    st.markdown(
        "Photos that the network finds alike lie near each other: mistakes lie where classes meet, "
        "wrong labels among others. Of a fine-tuned run a slider shows how its photos moved.",
        width=frame.TEXT_PX,
    )
    run_map.way(asked.run, asked.photo_set.id)


@st.fragment
@frame.guard()
def _map(asked: Asked, found: RunMap, moments: Mapping[str, NDArray[np.float32]]) -> None:
    by = st.segmented_control(
        "Colours show",
        list(_SHOWN),
        default=_ERRORS,
        required=True,
        key="evaluate_map_by",
        format_func=_SHOWN.__getitem__,
        help="What the colours of the points stand for; press a name below the map to hide its "
        "points.",
    )
    chosen_photos = asked.found.photo_indices
    classes = list(names.apart(asked.run.classes).values())
    by_class = by == _CLASS
    groups, called = (
        point_map.grouped(asked.found.truth, classes) if by_class else _by_errors(asked)
    )
    before = None if found.before is None else found.before[chosen_photos]
    wanted, chosen = point_map.draw(
        point_map.Points(found.places[chosen_photos], groups, called, before),
        key=KEY,
        alt=f"Map of {numbers.photos(len(chosen_photos))}: those that look alike to the network "
        "lie near each other",
    )
    point_map.hand_over([_seen(asked, position) for position in wanted[:_MOST_SEEN]], key=KEY)
    figure.show_table(class_neighbours.table(asked.found.truth, classes, moments), key=KEY)
    kept = f"{KEY}_chosen_{asked.run.id}_{asked.photo_set.id}_{len(chosen_photos)}"
    if chosen is not None:
        st.session_state[kept] = chosen
    if st.session_state.get(kept):
        _chosen(asked, st.session_state[kept])


def _chosen(asked: Asked, positions: Sequence[int]) -> None:
    """The photos that were chosen on the map, and the way to where labels are mended."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{numbers.photos(len(positions))}** chosen", width="content")
        if st.button(
            "Open them on Photos",
            key="evaluate_map_open",
            icon=":material/photo_library:",
            help="With ticks, to give them another label or take them out.",
        ):
            picked.show_picked(asked.row, map(asked.index, positions))
            st.switch_page("pages/photos.py", query_params={"set": asked.row.id})
    shown = tiles.page_of(list(positions), _PAGE, f"{KEY}_page")
    tiles.grid([_tile(asked, position) for position in shown], columns=4)


def _tile(asked: Asked, position: int) -> tiles.Tile:
    thumbnail = resources.thumbnail(asked.photo_set.id, asked.index(position))
    return tiles.Tile(thumbnail, asked.told_in_markdown(position), asked.alt(position))


def _seen(asked: Asked, position: int) -> point_map.Seen:
    thumbnail = resources.thumbnail(asked.photo_set.id, asked.index(position), _SEEN_PX)
    return point_map.Seen(position, thumbnail, asked.alt(position))


def _by_errors(asked: Asked) -> tuple[NDArray[np.int64], list[str]]:
    right = asked.found.called == asked.found.truth
    return right.astype(np.int64), ["Wrong", "Right"]


def _moments(asked: Asked, found: RunMap) -> dict[str, NDArray[np.float32]]:
    """How far photos keep to their class, after fine-tuning and before."""
    title = "Of the ten nearest, with the same label"
    moments = {title: found.places}
    if found.before is not None:
        moments = {f"{title}, before fine-tuning": found.before, "After fine-tuning": found.places}
    truth, chosen = asked.found.truth, asked.found.photo_indices
    return {said: photo_map.share_alike(places[chosen], truth) for said, places in moments.items()}
