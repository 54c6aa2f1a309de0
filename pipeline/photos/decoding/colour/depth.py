"""Pictures of 16 bits made into eight, by the bits that are used.

Microscopes, X-ray machines and thermal cameras put 10, 12 or 14 bits into files of 16: what fills
the lowest bits alone is spread over all levels, as it would hardly be seen otherwise.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FULL_BITS: Final = 16
_MOST_BITS: Final = 14  # of a sensor; a photo that leaves one bit free is just dark
_BITS_AT: Final = 24  # in a PNG file
_COLOURS_AT: Final = 25
# How to read the lower byte of each value where Pillow reads the upper one: the same bytes, called
# by the other order. Grey with alpha comes as all its four bytes.
_LOWER: Final = {2: "RGB;16L", 4: "RGBA", 6: "RGBA;16L"}


class Deep(NamedTuple):
    """A picture of 16 bits, in eight.

    Attributes:
        picture: In eight bits.
        spread: Whether its values were spread because they use fewer bits than the file has.
    """

    picture: Image.Image
    spread: bool = False


def eight_bits(image: Image.Image, data: bytes, may_spread: bool = True) -> Deep:
    """Bring any picture to eight bits; one that has no more stays as it is.

    Args:
        image: Loaded.
        data: Its file.
        may_spread: Whether values may be spread; HEIC and AVIF tell their bits themselves.
    """
    may_spread = may_spread and image.format == "PNG"
    if image.mode.startswith("I"):
        return _grey(image, may_spread)
    if may_spread and data[_BITS_AT] == _FULL_BITS and _leaves_bits_free(image):
        return _colours(image, data)
    return Deep(image)


def _grey(image: Image.Image, may_spread: bool) -> Deep:
    """`convert` would cut everything above 255 off to white."""
    import numpy as np

    values = np.asarray(image).astype(np.uint32)  # (height, width) in [0, 65535]
    bits = _bits(values) if may_spread else _FULL_BITS
    grey = Image.fromarray(_scaled(values, bits))
    see_through = image.info.get("transparency")
    if isinstance(see_through, int):
        grey.putalpha(Image.fromarray(np.where(values == see_through, 0, 255).astype(np.uint8)))
    return Deep(grey, bits < _FULL_BITS)


def _leaves_bits_free(image: Image.Image) -> bool:
    """Whether the upper bytes, which Pillow keeps, leave two bits free."""
    extrema = image.getextrema()
    return max(high for _, high in extrema[:3]) < 1 << (_MOST_BITS - 8)  # type: ignore[misc]


def _colours(image: Image.Image, data: bytes) -> Deep:
    import numpy as np

    values = _both_bytes(image, data)  # (height, width, channels)
    colours, alpha = values[..., :3], values[..., 3:]
    bits = _bits(colours)
    if bits == _FULL_BITS:
        return Deep(image)
    if alpha.max(initial=0) < 1 << _MOST_BITS:  # the alpha leaves them free, too
        bits = max(bits, _used(values))
        return Deep(Image.fromarray(_scaled(values, bits)), True)
    eight = np.concatenate([_scaled(colours, bits), _scaled(alpha, _FULL_BITS)], axis=-1)
    return Deep(Image.fromarray(eight), True)


def _both_bytes(image: Image.Image, data: bytes) -> NDArray[np.uint32]:
    """All values as they are in the file: Pillow keeps the upper byte of each."""
    import numpy as np

    with Image.open(io.BytesIO(data), formats=["PNG"]) as again:
        kind = data[_COLOURS_AT]
        again.tile = [tile._replace(args=_LOWER[kind]) for tile in again.tile]
        lower = np.asarray(again).astype(np.uint32)
    if kind == 4:  # grey, upper and lower, then alpha, upper and lower
        whole = lower[..., ::2] * 256 + lower[..., 1::2]
        return whole[..., [0, 0, 0, 1]]
    return np.asarray(image).astype(np.uint32) * 256 + lower


def _bits(values: NDArray[np.uint32]) -> int:
    """How many bits values use; all where they use the upper ones, or are eight bits doubled."""
    used, low = _used(values), values & 0xFF
    if used > _MOST_BITS or not low.any() or (low == values >> 8).all():
        return _FULL_BITS
    return used


def _used(values: NDArray[np.uint32]) -> int:
    return max(8, int(values.max(initial=0)).bit_length())


def _scaled(values: NDArray[np.uint32], bits: int) -> NDArray[np.uint8]:
    """Spread over 0 to 255, rounded."""
    import numpy as np

    full = (1 << bits) - 1
    return ((values * 255 + full // 2) // full).astype(np.uint8)
