"""How bright, how coloured and how sharp a photo is: a few numbers, taken while it is decoded.

They are taken by Pillow alone, as most decoding needs no NumPy. Large photos are looked at as small
as a network sees them: what is blurred at 512 pixels may be sharp enough at 192.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops, ImageFilter

# One byte each, in this order: the mean grey level; how far apart the darkest 2 % and the
# brightest 2 % are, in grey levels; the mean of each channel; how far apart the channels of one
# pixel are, in the mean; and the detail, see `DETAIL_STEPS`.
NAMES: Final = ("brightness", "contrast", "red", "green", "blue", "colour", "detail")
MEASURES_BYTES: Final = len(NAMES)
# So many steps are a detail of 1: the mean size of the Laplacian over the contrast, so that
# neither a lamp nor a grey veil changes it. Half of all pets have more than 0.087.
DETAIL_STEPS: Final = 1000
_SIDE_PX: Final = 192
_MIDDLE_PX: Final = 128  # the detail is looked for in the middle of a photo, which saves time
_SAMPLES_PX: Final = 64  # of a side, for all but the detail
_OUTERMOST: Final = 0.02  # of the samples at either end, left out where the contrast is measured
_SCALE: Final = 2  # the Laplacian is halved, so that it fits into a byte around the middle
_MIDDLE: Final = 128
_LAPLACIAN: Final = ImageFilter.Kernel(
    (3, 3), (0, -1, 0, -1, 4, -1, 0, -1, 0), scale=_SCALE, offset=_MIDDLE
)
_SIZES: Final = tuple(_SCALE * abs(level - _MIDDLE) for level in range(256))


def measured(photo: Image.Image) -> bytes:
    """Measure an upright RGB photo: one byte for each of `NAMES`."""
    samples = photo.resize((_SAMPLES_PX, _SAMPLES_PX), Image.Resampling.NEAREST)
    red, green, blue = samples.split()
    colour = ImageChops.subtract(
        ImageChops.lighter(ImageChops.lighter(red, green), blue),
        ImageChops.darker(ImageChops.darker(red, green), blue),
    )
    grey = samples.convert("L")
    contrast = _contrast(grey.histogram())
    detail = DETAIL_STEPS * _roughness(photo) / max(1, contrast)
    means = (_mean(channel) for channel in (red, green, blue, colour))
    return bytes((_mean(grey), contrast, *means, min(255, round(detail))))


def _mean(channel: Image.Image) -> int:
    return channel.resize((1, 1), Image.Resampling.BOX).tobytes()[0]


def _contrast(histogram: list[int]) -> int:
    """From the grey level that the darkest few do not pass to that which the brightest few do."""
    least = _OUTERMOST * sum(histogram)
    return max(0, 255 - _passed(histogram[::-1], least) - _passed(histogram, least))


def _passed(histogram: list[int], least: float) -> int:
    """The first level at which so many samples are counted."""
    counted = 0
    for level, count in enumerate(histogram):
        counted += count
        if counted > least:
            return level
    return 255


def _roughness(photo: Image.Image) -> float:
    """How much a pixel in the middle differs from those around it, in grey levels."""
    width, height = photo.size
    shrunk = min(1.0, _SIDE_PX / max(width, height))
    across, down = (min(side, round(_MIDDLE_PX / shrunk)) for side in (width, height))
    left, top = (width - across) // 2, (height - down) // 2
    size = (max(1, round(across * shrunk)), max(1, round(down * shrunk)))
    if min(size) < 3:
        return 0.0
    middle = photo.crop((left, top, left + across, top + down))
    if size != middle.size:
        middle = middle.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    edges = middle.convert("L").filter(_LAPLACIAN)
    inner = edges.crop((1, 1, edges.width - 1, edges.height - 1))
    return sum(map(int.__mul__, inner.histogram(), _SIZES)) / (inner.width * inner.height)
