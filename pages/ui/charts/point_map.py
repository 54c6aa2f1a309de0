"""A map of many points, one for each photo: a component of our own, drawn by the browser.

The points go to the browser once, as four bytes each; a photo that somebody points at comes with
a message of its own. `point_painter.js` paints, `point_map.js` listens, `photo_courier` hands the
photos over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pages.ui import component, inline
from pages.ui.charts import palette, photo_courier
from pipeline.wording import numbers

HOVER: Final = "hover"
CHOSEN: Final = "chosen"
_MARGIN: Final = 0.02  # of the map, so that no point is cut at its edge
_STEPS: Final = 65_535
_MAP: Final = component.beside(__file__, after=("point_numbers", "point_painter"))


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """What a map shows.

    Attributes:
        places: `(N, 2)` float32, where the points lie; any unit, the same in both directions.
        groups: `(N,)` int64, which group each belongs to.
        names: Of the groups, at most as many as `palette.PALETTE` has colours, and one more.
        before: `(N, 2)` float32 in the same unit: where they lay before; None where there is no
            before.
        marked: How many of the last points are drawn with a diamond around them.
        ties: Pairs of points with a line between them.
    """

    places: NDArray[np.float32]
    groups: NDArray[np.int64]
    names: Sequence[str]
    before: NDArray[np.float32] | None = None
    marked: int = 0
    ties: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo for whoever points at it.

    Attributes:
        index: Which point.
        jpeg: The photo, small.
        alt: What it shows, for those who do not see it.
    """

    index: int
    jpeg: bytes
    alt: str


def draw(points: Points, *, key: str, alt: str) -> tuple[list[int], list[int] | None]:
    """Draw the map.

    Returns:
        Whose photos somebody wants to see now, for `hand_over`; and the points that were chosen
        just now, by their index, or None.
    """
    event = _MAP(
        key=key,
        data={**message(points), "name": key, "alt": alt},
        on_hover_change=_nothing,
        on_chosen_change=_nothing,
    )
    total = len(points.places)
    chosen = event.get(CHOSEN)
    return indices(event.get(HOVER), total), None if chosen is None else indices(chosen, total)


def hand_over(photos: Sequence[Seen], *, key: str) -> None:
    """Give the map of this key photos that it asked for."""
    handed = [
        {
            "index": one.index,
            "picture": inline.source(one.jpeg),
            "alt": one.alt,
        }
        for one in photos
    ]
    photo_courier.send(key, photos=handed)


def message(points: Points) -> dict[str, Any]:
    """What the browser gets of the points: 5 bytes for each, 9 with a before, in base64."""
    drawn = [points.places] if points.before is None else [points.places, points.before]
    every = np.concatenate(drawn)
    low, high = every.min(axis=0), every.max(axis=0)
    unit = max(float((high - low).max()), 1e-9)
    middle = (low + high) / 2

    def packed(places: NDArray[np.float32]) -> str:
        inside = (places - middle) / unit * (1 - 2 * _MARGIN) + 0.5
        return inline.text((np.clip(inside, 0, 1) * _STEPS).round().astype("<u2").tobytes())

    sizes = np.bincount(points.groups, minlength=len(points.names))
    told: dict[str, Any] = {
        "places": packed(points.places),
        "codes": inline.text(points.groups.astype(np.uint8).tobytes()),
        "legend": [
            [name, f"{size:,}"] for name, size in zip(points.names, sizes.tolist(), strict=True)
        ],
        "marked": points.marked,
        "ties": [[*tie] for tie in points.ties],
        "colours": [_rgb(colour) for colour in colours(len(points.names))],
    }
    if points.before is not None:
        told["before"] = packed(points.before)
    text = repr(sorted(told.items())).encode()
    return {**told, "stamp": hashlib.sha256(text).hexdigest()[:16]}


def grouped(
    labels: NDArray[np.int64], classes: Sequence[str], spare: int = 0
) -> tuple[NDArray[np.int64], list[str]]:
    """The largest classes, each with a colour of its own; the others share one.

    Args:
        labels: `(N,)`, class of each point.
        classes: Their names.
        spare: How many more groups there will be.

    Returns:
        `groups` and `names` of `Points`.
    """
    most = len(palette.PALETTE) - spare
    if len(classes) <= most:
        return labels, [*classes]
    sizes = np.bincount(labels, minlength=len(classes))
    largest = np.argsort(-sizes, kind="stable")[:most]
    place = np.full(len(classes), most)
    place[largest] = np.arange(most)
    rest = numbers.plural(len(classes) - most, "other class", "other classes")
    return place[labels], [*(classes[index] for index in largest.tolist()), rest]


def colours(groups: int) -> list[str]:
    """A colour for each group; what is one too many for the palette is grey."""
    return [*palette.PALETTE, palette.QUIET][:groups]


def indices(given: object, total: int) -> list[int]:
    """What a browser says, as far as it can be true."""
    if not isinstance(given, list):
        return []
    return [one for one in given if type(one) is int and 0 <= one < total]


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def _nothing() -> None:
    """Streamlit tells what was hovered and chosen only where somebody listens."""
