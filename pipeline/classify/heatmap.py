"""Where in a photo the network sees a class: exact class activation maps.

The head is one dense layer on the average of the feature map, so the logit is the average of what
each cell of the map adds to it (Zhou, Khosla, Lapedriza, Oliva and Torralba 2016, "Learning Deep
Features for Discriminative Localization", arXiv:1512.04150, equations 1 and 2). Only differences of
logits decide: what all classes get alike changes no answer, so a map shows what a class gets beyond
the others. Nothing is approximated; but a cell sees a good part of the photo, so the map is coarse
by nature.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.wording.text import joined

Heat = NDArray[np.floating]

# Inferno of van der Walt and Smith (matplotlib, CC0) at nine even steps. Its lightness rises all
# the way, so that it reads the same in grey and with any colour blindness.
_COLOURS: Final = np.array(
    [
        (0, 0, 4),
        (33, 12, 74),
        (87, 16, 110),
        (137, 34, 106),
        (188, 55, 84),
        (227, 89, 51),
        (249, 140, 10),
        (249, 201, 50),
        (252, 255, 164),
    ],
    np.float32,
)
_MOST: Final = 0.8  # share of the heat that "mostly" stands for
_FEW: Final = 4  # places that are listed by name
_ALL: Final = 8  # places that 80 % of even heat takes up
_ROWS: Final = ("top", "middle", "bottom")
_COLUMNS: Final = ("left", "middle", "right")

# === The map ===


def class_activation(
    feature_map: NDArray[np.floating], kernel: NDArray[np.floating], class_index: int
) -> NDArray[np.float32]:
    """What each cell of the feature map adds to a class's lead over the others.

    The lead is the class's logit less the mean of the others': how far it is ahead in log-odds, on
    average over the others.

    Args:
        feature_map: `(h, w, F)` of one photo, see `Classifier.features`.
        kernel: `(F, L)` of the head; L is 1 for two classes, else the number of classes.
        class_index: The class. With one logit, which speaks for class 1, class 0 is its opposite.

    Returns:
        `(h, w)` float32, any sign: its mean and the bias's part of the lead add up to the lead,
        before the temperature.
    """
    # In float64, because a thousand products of either sign nearly cancel.
    leads = np.asarray(kernel, np.float64) @ _lead(kernel.shape[1], class_index)
    return (np.asarray(feature_map, np.float64) @ leads).astype(np.float32)


def _lead(outputs: int, class_index: int) -> NDArray[np.float64]:
    """`(L,)`: how often each logit counts in a class's lead; with more than one they sum to 0."""
    classes = 2 if outputs == 1 else outputs
    if not 0 <= class_index < classes:
        raise ValueError(f"There are {classes} classes. Received: {class_index}.")
    if outputs == 1:  # already the lead of class 1 over class 0
        return np.array([1.0 if class_index == 1 else -1.0])
    counts = np.full(outputs, -1 / (outputs - 1))
    counts[class_index] = 1.0
    return counts


def normalised(heat: Heat) -> NDArray[np.float32]:
    """What speaks for the class, from 0 to the largest value as 1; what speaks against it is 0.

    Args:
        heat: `(h, w)`, any sign.

    Returns:
        `(h, w)` float32 in [0, 1]; all 0 where nothing speaks for the class.
    """
    top = max(0.0, float(heat.max()))
    if top <= 0:
        return np.zeros(heat.shape, np.float32)
    return np.clip(np.asarray(heat, np.float64) / top, 0, 1).astype(np.float32)


# === The picture ===


def overlay(photo: NDArray[np.uint8], heat: Heat, strength: float = 0.5) -> NDArray[np.uint8]:
    """Paint a map over its photo: dark where it is 0, over red to pale yellow where it is 1.

    Every pixel is mixed in the same proportion. Painting only where there is heat would keep the
    rest of the photo as it is, but then a white wall outshines it.

    Args:
        photo: `(H, W, 3)` RGB in [0, 255].
        heat: `(h, w)` in [0, 1], see `normalised`; it is stretched over the photo.
        strength: 0 leaves the photo as it is, 1 shows the map alone.

    Returns:
        `(H, W, 3)` uint8 RGB in [0, 255].
    """
    import cv2  # 15 MB that a server of answers alone never needs

    height, width = photo.shape[:2]
    small = np.asarray(heat, np.float32)
    paint = colours(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
    mixed = photo * np.float32(1 - strength) + paint * np.float32(strength)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def colours(heat: NDArray[Any]) -> NDArray[np.float32]:
    """The colour of each value, also for a legend.

    Args:
        heat: `(...)` in [0, 1].

    Returns:
        `(..., 3)` float32 RGB in [0, 255].
    """
    place = np.clip(np.asarray(heat, np.float32), 0, 1) * (len(_COLOURS) - 1)
    below = np.minimum(place.astype(np.int64), len(_COLOURS) - 2)
    rest = (place - below).astype(np.float32)[..., np.newaxis]
    mixed: NDArray[np.float32] = _COLOURS[below] * (1 - rest) + _COLOURS[below + 1] * rest
    return mixed


# === The words ===


def whereabouts(heat: Heat) -> str:
    """Where most of what speaks for the class lies, for people who cannot see the picture.

    The photo is cut into three by three places; named are the fewest that hold 80 % of the heat.

    Args:
        heat: `(h, w)`, any sign; what is below 0 does not count.

    Returns:
        A phrase without a full stop, such as "mostly the middle left".
    """
    warm = np.maximum(np.asarray(heat, np.float64), 0)
    if not warm.any():
        return "nowhere: nothing in the photo speaks for it"
    shares = _thirds(warm.shape[0]) @ (warm / warm.sum()) @ _thirds(warm.shape[1]).T  # (3, 3)
    order = np.argsort(-shares.round(9), axis=None, kind="stable")  # rounded: ties stay ties
    needed = int(np.searchsorted(shares.ravel()[order].cumsum(), _MOST - 1e-9)) + 1
    places = [divmod(int(place), 3) for place in sorted(order[:needed])]
    if needed >= _ALL:
        return "all over the photo"
    if len(places) > _FEW:
        return f"spread out, strongest in the {_place(*divmod(int(order[0]), 3))}"
    side = _side(places)
    words = [side] if side else [_place(*place) for place in places]
    return f"mostly {joined([f'the {word}' for word in words])}"


def _thirds(cells: int) -> NDArray[np.float64]:
    """`(3, cells)`: how much of each cell lies in each third of the photo; columns sum to 1."""
    edges = np.arange(cells + 1) / cells * 3
    low, high = edges[:-1], edges[1:]
    third = np.arange(3)[:, np.newaxis]
    inside = np.minimum(high, third + 1) - np.maximum(low, third)
    shares: NDArray[np.float64] = np.maximum(0, inside) / (high - low)
    return shares


def _side(places: list[tuple[int, int]]) -> str | None:
    """A whole row or column has a shorter name."""
    rows, columns = {row for row, _ in places}, {column for _, column in places}
    if len(places) == 3 and len(rows) == 1:
        row = _ROWS[rows.pop()]
        return "middle, from left to right" if row == "middle" else row
    if len(places) == 3 and len(columns) == 1:
        column = _COLUMNS[columns.pop()]
        return "middle, from top to bottom" if column == "middle" else f"{column} side"
    return None


def _place(row: int, column: int) -> str:
    return "middle" if row == column == 1 else f"{_ROWS[row]} {_COLUMNS[column]}"
