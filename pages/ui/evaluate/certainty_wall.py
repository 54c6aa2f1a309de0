"""A wall of photos sorted by how sure the answer is: a threshold moves them from side to side."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pages.ui import component, inline, resources, stores
from pages.ui.evaluate.answers import Asked
from pipeline.wording import numbers

MOST: Final = 200  # photos on the wall; the numbers count all of them
_SIDE_PX: Final = 64
_COLUMNS: Final = 20  # of the sheet that all pictures come on
_COMPONENT: Final = component.beside(__file__, '<section class="wall"></section>')


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands on the wall.

    Attributes:
        shares: `(N,)` in [0, 1]; from the threshold on a photo is on the right.
        wrong: `(N, 2)`: whether it is a mistake on the left, and on the right.
        names: What being left, and right, means.
        slider: What the threshold is.
        percent: Where it stands at first.
    """

    shares: NDArray[np.floating]
    wrong: NDArray[np.bool_]
    names: tuple[str, str]
    slider: str
    percent: int


def show(asked: Asked, wall: Wall) -> int:
    """Draw the wall.

    Args:
        asked: Whose answers.
        wall: In which order, and what is a mistake.

    Returns:
        Where the threshold stands, in percent.
    """
    key, moved = f"evaluate_wall_{asked.key}", f"evaluate_threshold_{asked.run.id}"

    def move() -> None:
        st.session_state[moved] = int(st.session_state[key]["moved"]["percent"])

    _COMPONENT(key=key, data=message(asked, wall), on_moved_change=move)
    return int(st.session_state.get(moved, wall.percent))


def message(asked: Asked, wall: Wall) -> dict[str, Any]:
    """What the browser gets, as plain JSON; the same wherever the threshold stands."""
    chosen = some(wall)
    names = asked.run.classes
    rows = -(-len(chosen) // _COLUMNS)
    sheet = None
    if asked.source is not None:
        indices = tuple(asked.index(int(position)) for position in chosen)
        sheet = inline.text(_sheet(asked.photo_set.id, indices))
    mille = np.floor(np.round(wall.shares.astype(np.float64) * 1000, 3)).astype(int)
    return {
        "signature": f"{asked.key} {len(wall.shares)}",
        "sheet": sheet,
        "columns": _COLUMNS,
        "rows": rows,
        "percent": wall.percent,
        "names": list(wall.names),
        "all": mille.tolist(),
        "tiles": [
            {
                "mille": int(mille[position]),
                "wrong": [bool(one) for one in wall.wrong[position]],
                "told": asked.alt(int(position)),
                "letter": names[int(asked.found.truth[position])][:1].upper(),
            }
            for position in chosen
        ],
        "words": {"slider": wall.slider, "part": _part(len(chosen), len(wall.shares))},
    }


def some(wall: Wall) -> NDArray[np.int64]:
    """`(M,)`: which photos are on the wall, the lowest share first; mistakes before others."""
    order = np.argsort(wall.shares, kind="stable")
    side = (wall.shares * 100 >= wall.percent).astype(int)
    is_wrong = wall.wrong[np.arange(len(side)), side]
    wrong, right = order[is_wrong[order]], order[~is_wrong[order]]
    wrong = _evenly(wrong, MOST)
    both = np.concatenate([wrong, _evenly(right, MOST - len(wrong))])
    return both[np.argsort(wall.shares[both], kind="stable")].astype(np.int64)


def _evenly(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of them, evenly spread."""
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).astype(int)] if most else places[:0]


def _part(shown: int, total: int) -> str:
    if shown == total:
        return ""
    return f"Shown are {shown:,} of {numbers.photos(total)}, mistakes first; the numbers count all."


@stores.cached_for(stores.expect_photo_set, max_entries=8)
def _sheet(photo_set_id: str, indices: Sequence[int]) -> bytes:
    """Small pictures of photos in one JPEG, row by row: one image for the browser to read."""
    photo_set = resources.photo_set(photo_set_id)
    rows = -(-len(indices) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _SIDE_PX, max(1, rows) * _SIDE_PX))
    for number, index in enumerate(indices):
        row, column = divmod(number, _COLUMNS)
        with Image.open(io.BytesIO(photo_set.jpeg(index))) as photo:
            photo.draft("RGB", (_SIDE_PX, _SIDE_PX))  # read no finer than it is shown
            picture = ImageOps.fit(photo.convert("RGB"), (_SIDE_PX, _SIDE_PX))
        sheet.paste(picture, (column * _SIDE_PX, row * _SIDE_PX))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=80)
    return out.getvalue()
