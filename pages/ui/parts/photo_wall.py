"""Photos of a set as a wall that scrolls; a click opens one, as large as the window.

The browser gets the list once, some bytes a photo. Small pictures follow as they come into sight,
and large ones as they are opened, with messages of their own through the courier. What is picked
or said of photos comes back. `photo_wall.js` draws the wall, `photo_viewer.js` the large photo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import component, inline, resources, stores
from pages.ui.charts import photo_courier
from pages.ui.parts import photo_facts, picked, versions
from pipeline.photos.photo_edits import Relabel
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.wording import wall_text
from pipeline.wording.names import apart
from pipeline.workspace.photo_sets import PhotoSetRow

THUMBNAIL_PX: Final = 240
AT_FIRST: Final = 30  # pictures that come with the wall, before anybody has scrolled
_MOST: Final = 60  # pictures that are handed over at a time
_MOST_LARGE: Final = 3  # the one that is open, and its neighbours
_COMPONENT: Final = component.beside(
    __file__, '<div class="photos"></div>', after=("photo_viewer",)
)


def show(
    row: PhotoSetRow,
    positions: Sequence[int],
    *,
    key: str,
    called: str,
    pick: bool = False,
    rows: int | None = None,
    splits: bool = False,
) -> None:
    """Draw the wall, and do what was asked for on it.

    Args:
        row: The set.
        positions: Which of its photos, in the order of the wall.
        key: Of the wall; the same for all versions of a set, so that it stays where it was.
        called: What these photos are, for those who do not see them.
        pick: Whether photos can be ticked, see `parts.picked`.
        rows: How many rows are in sight; None for as many as there is room.
        splits: Whether each photo's split stands beside its label.
    """
    photo_set = resources.photo_set(row.id)
    shown = np.asarray(positions, "<u4")
    with st.container(gap=None):
        event = _COMPONENT(
            key=key,
            data={
                **_listed(row.id, shown.tobytes()),
                "name": key,
                "called": called,
                "picks": pick and row.is_newest,
                "changes": row.is_newest,
                "rows": rows,
                "with_split": splits,
                "words": dict(wall_text.WORDS),
            },
            on_wanted_change=_nothing,
            on_changed_change=_nothing,
            on_picked_change=lambda: _pick(row, st.session_state[key]["picked"]),
        )
        wanted = event.get("wanted")
        if not _is_of(row, wanted):
            wanted = {"small": shown[:AT_FIRST].tolist()}
        hand_over(row, photo_set, wanted, key)
    changed = event.get("changed")
    if _is_of(row, changed) and row.is_newest:
        edit = said(photo_set, changed)
        if edit.labels or edit.removed:
            versions.apply(row, edit)


def hand_over(row: PhotoSetRow, photo_set: PhotoSet, wanted: Mapping[str, Any], key: str) -> None:
    """Give the wall the photos that it asked for, and tell what is picked."""
    small = [_small(photo_set, index) for index in places(photo_set, wanted.get("small"))[:_MOST]]
    large = places(photo_set, wanted.get("large"))[:_MOST_LARGE]
    photo_courier.send(
        key,
        wall={
            "version": row.id,
            "small": small,
            "large": [_large(photo_set, index) for index in large],
            "picked": sorted(picked.photos(row)),
            "generation": f"{row.id} {picked.generation(row)}",
        },
    )


def said(photo_set: PhotoSet, changed: Mapping[str, Any]) -> Relabel:
    """What was said of photos one by one, as far as it can be true."""
    labels = changed.get("labels")
    pairs = [pair for pair in labels if isinstance(pair, list) and len(pair) == 2] if labels else []
    named = {
        index: photo_set.classes[label]
        for pair in pairs
        for index in places(photo_set, pair[:1])
        if type(label := pair[1]) is int and 0 <= label < len(photo_set.classes)
    }
    removed = places(photo_set, changed.get("removed"))
    kept = tuple((index, name) for index, name in named.items() if index not in removed)
    return Relabel(kept, tuple(removed))


def places(photo_set: PhotoSet, given: object) -> list[int]:
    """What a browser says, as far as it can be true."""
    if not isinstance(given, list):
        return []
    return [one for one in given if type(one) is int and 0 <= one < len(photo_set.photos)]


def _pick(row: PhotoSetRow, told: Mapping[str, Any]) -> None:
    if _is_of(row, told) and row.is_newest:
        chosen = places(resources.photo_set(row.id), told.get("photos"))
        st.session_state[picked.key("picked", row)] = set(chosen)


def _is_of(row: PhotoSetRow, told: object) -> bool:
    """Whether a browser speaks of this version, whose photos it names by their places."""
    return isinstance(told, Mapping) and told.get("version") == row.id


@stores.cached_for(stores.expect_photo_set, max_entries=16)
def _listed(photo_set_id: str, positions: bytes) -> dict[str, Any]:
    """What the browser gets of each photo before it sees it: 15 bytes, in base64."""
    photo_set = resources.photo_set(photo_set_id)
    shown = np.frombuffer(positions, "<u4").astype(np.int64)
    place = {split: number for number, split in enumerate(SPLITS)}
    splits = np.array([place[photo_set.photos[index].split] for index in shown], np.uint8)
    return {
        "version": photo_set_id,
        "places": _packed(shown, "<u4"),
        "keys": _packed(photo_set.keys()[shown], "<u8"),
        "labels": _packed(photo_set.labels()[shown], "<u2"),
        "splits": _packed(splits, "u1"),
        "classes": [str(name) for name in apart(photo_set.classes).values()],
        "split_names": [split.capitalize() for split in SPLITS],
    }


def _small(photo_set: PhotoSet, index: int) -> dict[str, Any]:
    jpeg = resources.thumbnail(photo_set.id, index, THUMBNAIL_PX)
    return {"key": _key(photo_set, index), "picture": inline.text(jpeg)}


def _large(photo_set: PhotoSet, index: int) -> dict[str, Any]:
    return {
        "place": index,
        "key": _key(photo_set, index),
        "picture": inline.text(photo_set.jpeg(index)),
        "facts": photo_facts.facts(photo_set, index),
    }


def _key(photo_set: PhotoSet, index: int) -> str:
    return f"{photo_set.key(index):016x}"


def _packed(numbers: NDArray[Any], kind: str) -> str:
    return inline.text(numbers.astype(kind).tobytes())


def _nothing() -> None:
    """Streamlit tells what was wanted and changed only where somebody listens."""
