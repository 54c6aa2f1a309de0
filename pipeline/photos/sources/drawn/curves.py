"""Smooth outlines from a few points, as arrays that `Pen` can fill.

Coordinates are (x, y) with y pointing down, in whatever unit the pen works in.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points: TypeAlias = NDArray[np.float64]

_STEPS = 6  # points on the curve for each point given
_T = np.arange(_STEPS) / _STEPS
_CATMULL_ROM = 0.5 * np.stack(
    [
        -_T + 2 * _T**2 - _T**3,
        2 - 5 * _T**2 + 3 * _T**3,
        _T + 4 * _T**2 - 3 * _T**3,
        -(_T**2) + _T**3,
    ],
    axis=1,
)  # (steps, 4)
_ANGLES = np.linspace(0, 2 * math.pi, 40, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_CAP = _CIRCLE[3:20:4]  # (5, 2) on half a circle, without its ends


def smooth(points: ArrayLike, closed: bool = True) -> Points:
    """A Catmull-Rom curve through every point.

    Args:
        points: (n, 2) corner points, n >= 2.
        closed: Whether the last point leads back to the first.

    Returns:
        (m, 2) points on the curve.
    """
    corners = np.asarray(points, dtype=np.float64)
    if closed:
        padded = np.concatenate([corners[-1:], corners, corners[:2]])
    else:
        padded = np.concatenate([corners[:1], corners, corners[-1:]])
    windows = np.stack([padded[k : len(padded) - 3 + k] for k in range(4)], axis=1)
    curve = (_CATMULL_ROM @ windows).reshape(-1, 2)
    return curve if closed else np.concatenate([curve, corners[-1:]])


def moved(points: Points, x: float, y: float) -> Points:
    """The points shifted by (x, y)."""
    shifted: Points = points + np.array([x, y])
    return shifted


def resized(points: Points, share: float, x: float, y: float) -> Points:
    """The points at `share` times their distance from (x, y)."""
    return moved(moved(points, -x, -y) * share, x, y)


def mirrored(right_half: ArrayLike, closed: bool = True) -> Points:
    """A smooth outline that is the same left and right.

    Args:
        right_half: (n, 2) corner points from the top to the bottom, x >= 0; the first
            and the last lie on the axis.
        closed: Whether to close it.
    """
    half = np.asarray(right_half, dtype=np.float64)
    other = half[-2:0:-1] * (-1.0, 1.0)
    return smooth(np.concatenate([half, other]), closed)


def oval(x: float, y: float, rx: float, ry: float, turn_deg: float = 0.0) -> Points:
    """An ellipse with the given half axes, turned clockwise."""
    points = _CIRCLE * (rx, ry)
    if turn_deg:
        cos, sin = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
        points = points @ np.array([[cos, sin], [-sin, cos]])
    return moved(points, x, y)


def leaf(first: ArrayLike, tip: ArrayLike, last: ArrayLike, bulge: float) -> Points:
    """Two bowed sides that meet in a tip: an ear, a leaf, a blade of grass.

    Args:
        first: (x, y) where the first side starts.
        tip: (x, y) where the sides meet.
        last: (x, y) where the second side ends.
        bulge: How far the sides bow outwards, as a share of their length.
    """
    a, b, c = (np.asarray(point, dtype=np.float64) for point in (first, tip, last))
    middle = (a + b + c) / 3
    t = np.linspace(0, 1, 9)[:, None]
    sides = []
    for start, end in ((a, b), (b, c)):
        half_way, (along_x, along_y) = (start + end) / 2, end - start
        outwards = np.array([along_y, -along_x])
        if outwards @ (half_way - middle) < 0:
            outwards = -outwards
        control = half_way + outwards * (2 * bulge)
        sides.append((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)
    return np.concatenate(sides)


def ribbon(path: ArrayLike, widths: Sequence[float], curved: bool = True) -> Points:
    """The outline of a thick line whose thickness changes: a leg, a tail, a stripe.

    The outline runs down one side, around the rounded end, and up the other side, so its
    first and last points are the two corners of the start.

    Args:
        path: (n, 2) points along the middle.
        widths: Half the thickness, at equal distances from the start to the end.
        curved: Whether to smooth the path first.
    """
    middle = smooth(path, closed=False) if curved else np.asarray(path, dtype=np.float64)
    along = np.empty_like(middle)
    along[1:-1] = middle[2:] - middle[:-2]
    along[0], along[-1] = middle[1] - middle[0], middle[-1] - middle[-2]
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    share = np.linspace(0, len(widths) - 1, len(middle))
    half = np.interp(share, np.arange(len(widths)), widths)[:, None]
    cap = middle[-1] + half[-1] * (_CAP[:, :1] * across[-1] + _CAP[:, 1:] * along[-1])
    return np.concatenate([middle + across * half, cap, (middle - across * half)[::-1]])


def furry(outline: Points, depth: float, rng: random.Random) -> Points:
    """The outline with tufts of hair that stand off and hang a little.

    Args:
        outline: (n, 2) closed outline.
        depth: Length of a tuft.
        rng: Source of the irregularity.
    """
    closed = np.concatenate([outline, outline[:1]])
    steps = np.hypot(*np.diff(closed, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    count = 2 * max(6, int(length[-1] / (depth * 2.8)))
    where = np.linspace(0, length[-1], count, endpoint=False)
    x, y = np.interp(where, length, closed[:, 0]), np.interp(where, length, closed[:, 1])
    points = np.stack([x, y], axis=1)
    along = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    area = np.sum(points[:, 0] * np.roll(points[:, 1], -1) - points[:, 1] * np.roll(x, -1))
    outwards = np.stack([along[:, 1], -along[:, 0]], axis=1) * (1.0 if area > 0 else -1.0)
    tufts = np.array([rng.uniform(0.35, 1.0) * (k % 2) for k in range(count)])[:, None] * depth
    return points + tufts * moved(outwards, 0.0, 0.55)


def blob(x: float, y: float, rx: float, ry: float, rng: random.Random) -> Points:
    """An irregular round patch of about the given half axes."""
    corners = [
        (x + rx * r * math.cos(angle), y + ry * r * math.sin(angle))
        for angle, r in ((k * math.pi / 3.5, rng.uniform(0.72, 1.2)) for k in range(7))
    ]
    return smooth(corners)
