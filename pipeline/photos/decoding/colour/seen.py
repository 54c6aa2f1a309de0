"""A picture as a viewer shows it: sRGB on white, in eight bits, as large as it is needed."""

from __future__ import annotations

from typing import Final, NamedTuple

from PIL import Image, ImageChops

from pipeline.photos.decoding.colour import depth, icc, light, tags
from pipeline.photos.decoding.colour.tags import Space

_ROUNDING: Final = 3  # levels by which a lossy format's channels of grey may differ


class Seen(NamedTuple):
    """What a viewer shows.

    Attributes:
        picture: RGB.
        is_hdr: Whether it was made for brighter screens, and drawn together for this one.
        spread: Whether its values were spread, because it uses few of its file's 16 bits.
    """

    picture: Image.Image
    is_hdr: bool
    spread: bool


def as_seen(image: Image.Image, data: bytes, size: tuple[int, int]) -> Seen:
    """Bring a picture of any mode to sRGB, on white where it is transparent.

    Colours are changed when it is small already: that is quick, and tells hardly anything apart.

    Args:
        image: Loaded.
        data: Its file.
        size: Width and height wanted, in pixels.
    """
    told = tags.told(image, data)
    is_hdr = isinstance(told, Space) and told.is_hdr
    deep = depth.eight_bits(image, data, may_spread=not is_hdr)
    changed = None if told is None else _changed(_plain(deep.picture), told, size)
    if changed is None:
        return Seen(_resized(_on_white(deep.picture), size), False, deep.spread)
    return Seen(changed, is_hdr, deep.spread)


def _changed(image: Image.Image, told: bytes | Space, size: tuple[int, int]) -> Image.Image | None:
    """The picture in sRGB; None where what the file tells changes nothing."""
    small = _resized(image, size)
    alpha = small.getchannel("A") if small.mode in ("LA", "RGBA") else None
    colours = small.convert(small.mode.removesuffix("A")) if alpha is not None else small
    if isinstance(told, Space):
        shown = light.to_srgb(colours.convert("RGB"), told)
    else:
        if icc.space(told) == b"GRAY" and colours.mode == "RGB" and _is_grey(colours):
            colours = colours.convert("L")  # AVIF and WebP know no grey
        change = icc.to_srgb(told, colours.mode)
        shown = change(colours) if change else None
    if shown is None or alpha is None:
        return shown
    flat = Image.new("RGB", shown.size, "white")
    flat.paste(shown, mask=alpha)
    return flat


def _plain(image: Image.Image) -> Image.Image:
    """Grey, RGB or CMYK, with alpha where it is transparent: what colours are told of."""
    see_through = image.has_transparency_data
    if image.mode in ("1", "L", "LA"):
        mode = "LA" if see_through else "L"
    elif image.mode == "CMYK":
        mode = "CMYK"
    else:
        mode = "RGBA" if see_through else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = image.split()
    apart = (ImageChops.difference(green, other).getextrema()[1] for other in (red, blue))
    return all(int(most) <= _ROUNDING for most in apart)  # type: ignore[arg-type]


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, white where it is transparent."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    layered = image.convert("RGBA")  # a palette with transparency needs this step too
    flat = Image.new("RGB", layered.size, "white")
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
