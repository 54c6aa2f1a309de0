"""Pictures of 16 bits made into eight, by the bits that are used.

Microscopes, X-ray machines and thermal cameras put 10, 12 or 14 bits into files of 16: what fills
the lowest bits alone is spread over all levels, as it would hardly be seen otherwise.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageChops

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FULL_BITS: Final = 16
_MOST_BITS: Final = 14  # of a sensor; a photo that leaves one bit free is just dark
_BITS_AT: Final = 24  # in a PNG file
_COLOURS_AT: Final = 25
# How to read the lower byte of each value where Pillow reads the upper one: the same bytes, called
# by the other order. Grey with alpha comes as all its four bytes.
_GREY_ALPHA: Final = 4
_LOWER: Final = {2: "RGB;16L", _GREY_ALPHA: "RGBA", 6: "RGBA;16L"}
_Channels = Sequence[Image.Image]


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
    is_png = image.format == "PNG"
    if image.mode.startswith("I"):
        return _grey(image, may_spread and is_png)
    if not is_png or data[_BITS_AT] != _FULL_BITS:
        return Deep(image)
    deep = _colours(image, data) if may_spread and _leaves_bits_free(image) else Deep(image)
    key = image.info.get("transparency")
    return Deep(_keyed(deep.picture, image, data, key), deep.spread) if key else deep


def _grey(image: Image.Image, may_spread: bool) -> Deep:
    """`convert` would cut everything above 255 off to white."""
    import numpy as np

    values = np.clip(np.asarray(image), 0, 65535).astype(np.uint16)  # (height, width)
    used, low = _bits(int(values.max(initial=0))), values & 0xFF
    if not may_spread or used > _MOST_BITS or not low.any() or (low == values >> 8).all():
        used = _FULL_BITS
    grey = Image.fromarray(_scaled(values, used))
    see_through = image.info.get("transparency")
    if isinstance(see_through, int):
        grey.putalpha(Image.fromarray(np.where(values == see_through, 0, 255).astype(np.uint8)))
    return Deep(grey, used < _FULL_BITS)


def _scaled(values: NDArray[np.uint16], bits: int) -> NDArray[np.uint8]:
    """Spread over 0 to 255, rounded."""
    import numpy as np

    full = (1 << bits) - 1
    table = np.minimum((np.arange(1 << _FULL_BITS) * 255 + full // 2) // full, 255).astype(np.uint8)
    eight = np.empty(values.shape, np.uint8)
    for row in range(len(values)):  # all at once would take eight bytes for each value
        eight[row] = table[values[row]]
    return eight


def _colours(image: Image.Image, data: bytes) -> Deep:
    """Pillow keeps the upper byte of each value; here the lower one is read as well."""
    upper, lower = _both_bytes(image, data)
    num_colours = len(upper) - (len(upper) + 1) % 2  # of two or four channels the last is alpha
    colours = upper[:num_colours], lower[:num_colours]
    bits = _used(colours[0])
    doubled = not any(map(_differ, *colours))
    if bits > _MOST_BITS or doubled or not any(_highest(one) for one in colours[1]):
        return Deep(image)
    spread = [_spread(*both, bits) for both in zip(*colours, strict=True)]
    if len(upper) > num_colours:
        alpha_bits = max(bits, _used(upper))
        if alpha_bits > _MOST_BITS:  # the alpha uses all of them
            spread.append(upper[-1])
        else:
            spread = [_spread(*both, alpha_bits) for both in zip(upper, lower, strict=True)]
    return Deep(Image.merge({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[len(spread)], spread), True)


def _keyed(
    eight: Image.Image, image: Image.Image, data: bytes, key: tuple[int, ...]
) -> Image.Image:
    """Make one colour transparent, which is told in all its bits."""
    upper, lower = _both_bytes(image, data)
    same = Image.new("L", image.size, 255)
    for channels, numbers in (
        (upper, [one >> 8 for one in key]),
        (lower, [one & 255 for one in key]),
    ):
        for channel, number in zip(channels, numbers, strict=True):
            equal = channel.point([255 * (value == number) for value in range(256)])
            same = ImageChops.darker(same, equal)
    return Image.merge("RGBA", [*eight.split(), ImageChops.invert(same)])


def _leaves_bits_free(image: Image.Image) -> bool:
    """Whether the upper bytes of the colours leave two bits free."""
    return _used(image.split()[:3]) <= _MOST_BITS


def _both_bytes(image: Image.Image, data: bytes) -> tuple[_Channels, _Channels]:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as again:
        kind = data[_COLOURS_AT]
        again.tile = [tile._replace(args=_LOWER[kind]) for tile in again.tile]
        lower = again.split()
    return (lower[::2], lower[1::2]) if kind == _GREY_ALPHA else (image.split(), lower)


def _spread(upper: Image.Image, lower: Image.Image, bits: int) -> Image.Image:
    share = 255 / ((1 << bits) - 1)
    return ImageChops.add(
        upper.point([min(255, round(256 * value * share)) for value in range(256)]),
        lower.point([round(value * share) for value in range(256)]),
    )


def _differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is not None


def _used(upper: _Channels) -> int:
    """How many bits are used, by the upper bytes."""
    return _bits(max(map(_highest, upper)) << 8)


def _bits(highest: int) -> int:
    return max(8, highest.bit_length())


def _highest(channel: Image.Image) -> int:
    return int(channel.getextrema()[1])  # type: ignore[arg-type]  # of one channel: two numbers
