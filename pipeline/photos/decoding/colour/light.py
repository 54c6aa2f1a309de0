"""Colours that are told by numbers, taken to sRGB: curves, primaries, and light beyond white."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

from pipeline.photos.decoding.colour.tags import HLG, PQ, SRGB, Space

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEVELS: Final = 2**14  # of light, when it is written as sRGB: fine enough near black
# The white of paper in HDR, in cd/m2 (ITU-R BT.2408), and what the brightest screens reach.
_WHITE_NITS: Final = 203.0
_PEAK_NITS: Final = 1000.0
_PQ_NITS: Final = 10_000.0
_HLG_GAMMA: Final = 1.2  # of a screen that reaches the peak above
# Up to here, as a share of paper white, HDR stays as it is; what is brighter is drawn together.
_KNEE: Final = 0.5
# How the eye adapts from one white to another: Bradford's cones, as in ICC profiles.
_BRADFORD: Final = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)


def to_srgb(picture: Image.Image, space: Space) -> Image.Image | None:
    """Show colours as sRGB; None where the numbers describe no colours.

    Args:
        picture: RGB, with its numbers in `space`.
        space: What they mean.
    """
    import numpy as np

    try:
        to_xyz, from_xyz = _to_xyz(space), np.linalg.inv(_to_xyz(Space(SRGB, None)))
    except np.linalg.LinAlgError:
        return None
    matrix = from_xyz @ to_xyz
    if not (np.isfinite(matrix).all() and np.abs(matrix).max() < 100):
        return None
    light = _curve(space.transfer)[np.asarray(picture)]  # (height, width, 3), 1 is white
    if space.transfer == HLG:
        luminance = np.maximum(light @ to_xyz[1].astype(np.float32), 1e-6)
        light *= _PEAK_NITS / _WHITE_NITS * luminance[..., np.newaxis] ** (_HLG_GAMMA - 1)
    light = light @ matrix.T.astype(np.float32)
    if space.is_hdr:
        light = _within_white(light)
    steps = np.rint(np.clip(light, 0, 1) * (_LEVELS - 1)).astype(np.uint16)
    return Image.fromarray(_as_srgb(np.linspace(0, 1, _LEVELS))[steps])


def _to_xyz(space: Space) -> NDArray[np.float64]:
    """`(3, 3)`: from light in red, green and blue to XYZ under D50."""
    import numpy as np

    *primaries, white = (np.array((x, y, 1 - x - y)) for x, y in space.points)
    if white[1] <= 0:
        raise np.linalg.LinAlgError("A white without light.")
    lit = white / white[1]
    columns = np.stack(primaries, axis=1)
    columns = columns * np.linalg.solve(columns, lit)
    cones = np.array(_BRADFORD)
    d50 = np.array((0.9642, 1.0, 0.8249))
    with np.errstate(all="ignore"):
        adapted = np.linalg.inv(cones) @ np.diag((cones @ d50) / (cones @ lit)) @ cones
        return np.asarray(adapted @ columns)


def _curve(transfer: float | str | None) -> NDArray[np.float32]:
    """`(256,)` float32: the light of each stored number; 1 is white, for `HLG` the peak."""
    import numpy as np

    value = np.arange(256) / 255
    if transfer is None:
        light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    elif transfer == PQ:  # SMPTE ST 2084
        root = value ** (32 / 2523)
        light = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
        light = light ** (8192 / 1305) * _PQ_NITS / _WHITE_NITS
    elif transfer == HLG:  # ITU-R BT.2100
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
    else:
        light = value ** float(transfer)
    return light.astype(np.float32)


def _within_white(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Draw what is brighter than paper together, colour by colour, so that none changes its tone.

    Up to the knee nothing changes; from there on it is Reinhard's curve, whose end is the peak.
    """
    import numpy as np

    peak = (_PEAK_NITS / _WHITE_NITS - _KNEE) / (1 - _KNEE)
    brightest = light.max(axis=-1, keepdims=True)  # (height, width, 1)
    above = np.clip((brightest - _KNEE) / (1 - _KNEE), 0, peak)
    drawn = _KNEE + (1 - _KNEE) * above * (1 + above / peak**2) / (1 + above)
    return light * np.where(brightest > _KNEE, drawn / np.maximum(brightest, _KNEE), 1)


def _as_srgb(light: NDArray[np.float64]) -> NDArray[np.uint8]:
    import numpy as np

    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(value * 255), np.uint8)
