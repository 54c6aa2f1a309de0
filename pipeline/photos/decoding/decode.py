"""The one policy for turning bytes from outside into a photo.

`canonical` runs in the decoder's processes (`pipeline.photos.decoding.decoder`) and sees hostile
bytes. `square` and `pixels` read only what `canonical` wrote, so any process may call them.
NumPy is imported where it is used: most files need none, and a decoding process is up in a
third of the time without.

What was kept once comes back as it is: `canonical(canonical(x).jpeg).jpeg` is
`canonical(x).jpeg`, byte for byte, as long as the JPEG library is the same.

Every picture is brought to sRGB, as a viewer shows it; see `pipeline.photos.decoding.colour`.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Final

from PIL import Image

from pipeline.errors import Why
from pipeline.files.sizes import size
from pipeline.photos.decoding import canonical_jpeg, file_kinds, pillow_readers, unreadable
from pipeline.photos.decoding.canonical import (
    CANONICAL_SIDE_PX,
    FINGERPRINT_SIDE,
    Canonical,
    Origin,
)
from pipeline.photos.decoding.colour.seen import as_seen
from pipeline.photos.decoding.measures import measured
from pipeline.photos.photo_notes import PhotoNote
from pipeline.settings.limits import LIMITS, Limits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JPEG_QUALITY: Final = canonical_jpeg.QUALITY

# Pillow keeps the memory of the last few pictures for the next ones: to give it back and ask
# for it anew takes a quarter of a small photo's time. Blocks of 16 MiB at most.
Image.core.set_blocks_max(4)  # type: ignore[attr-defined]  # documented, but not typed

_ORIENTATION_TAG: Final = 0x0112
_UPRIGHT: Final = {  # EXIF's orientation: how to turn the picture so that it stands
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SAMPLES: Final = 6
_ON_ITS_SIDE: Final = (5, 6, 7, 8)


class UnreadablePhoto(ValueError):  # noqa: N818 - it describes the photo
    """A file that cannot be used.

    Attributes:
        why: What is wrong with it, and what to do.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        self.why = Why(reason, advice)
        super().__init__(str(self.why))


def too_large(num_bytes: int, limits: Limits, is_clip: bool = False) -> Why | None:
    """Why a file of this length is not even read; None where it may be.

    Args:
        num_bytes: Its length.
        limits: How long a photo may be, and how long a video.
        is_clip: Whether it is a video, or called like one.
    """
    if is_clip and num_bytes > limits.clip_bytes:
        return Why(
            f"The video has {size(num_bytes)} and the most is {size(limits.clip_bytes)}.",
            "Cut it into shorter ones, or save it smaller.",
        )
    if is_clip or num_bytes <= limits.file_bytes:
        return None
    return Why(
        f"The file has {size(num_bytes)} and the most is {size(limits.file_bytes)}.",
        "Save the picture smaller.",
    )


def canonical(data: bytes, limits: Limits = LIMITS) -> Canonical:
    """Decode a file from outside in full and write it anew, clean.

    Sets Pillow's global pixel limit: call it from one thread, in a process of its own.

    Raises:
        UnreadablePhoto: If the file is no picture, damaged, or outside `limits`.
    """
    if why := too_large(len(data), limits):
        raise UnreadablePhoto(*why)
    kind = file_kinds.readable_kind(data)
    if kind is None or not pillow_readers.load(kind):
        raise UnreadablePhoto(*file_kinds.why_not(data))
    most_pixels = limits.jpeg_pixels if kind == "JPEG" else limits.other_pixels
    Image.MAX_IMAGE_PIXELS = most_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken metadata is dropped anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if kind == "HEIF" and pillow_readers.is_cut_short(data):
                raise EOFError("Its library would not have told.")
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                check_shape(image.size, limits, data)
                return _rewrite(image, kind, data)
    except UnreadablePhoto:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UnreadablePhoto(*unreadable.too_many_pixels(most_pixels)) from error
    except MemoryError as error:
        raise UnreadablePhoto(
            "The picture needs too much memory to open.",
            "Save it smaller, for example 4000 pixels wide.",
        ) from error
    except Exception as error:  # Pillow's parsers raise six and more kinds on damaged files
        raise UnreadablePhoto(*unreadable.why(kind, data, most_pixels)) from error


def square(jpeg: bytes, image_size_px: int) -> NDArray[np.uint8]:
    """Scale a canonical photo to the network's input: squashed to a square, not cropped.

    Training, preview and classification all use this one function.

    Args:
        jpeg: What `canonical` wrote.
        image_size_px: Side S of the square, in pixels.

    Returns:
        `(S, S, 3)` uint8 RGB in [0, 255].
    """
    import numpy as np

    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        image.draft(None, (image_size_px, image_size_px))  # half the work for 0.4 of 255
        resized = image.resize((image_size_px, image_size_px), Image.Resampling.BILINEAR)
    return np.array(resized, dtype=np.uint8)


def pixels(jpeg: bytes) -> NDArray[np.uint8]:
    """Decode a canonical photo: `(height, width, 3)` uint8 RGB in [0, 255]."""
    import numpy as np

    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        return np.array(image, dtype=np.uint8)


def check_shape(size: tuple[int, int], limits: Limits, data: bytes = b"") -> None:
    """Refuse a picture that is too small, or a strip.

    Args:
        size: Width and height, in pixels.
        limits: How small, and how much longer than wide it may be.
        data: The file, for one that was kept here before.

    Raises:
        UnreadablePhoto: If it is; says what to do.
    """
    shortest, longest = sorted(size)
    # Keeping a strip can make it narrower than any that is taken; it may come back all the same.
    if shortest < limits.smallest_side_px and not (
        longest == CANONICAL_SIDE_PX and canonical_jpeg.has_its_form(data, size)
    ):
        raise UnreadablePhoto(
            f"The picture is too small: {size[0]} x {size[1]} pixels.",
            f"Both sides need at least {limits.smallest_side_px} pixels.",
        )
    if longest > shortest * limits.longest_to_shortest:
        raise UnreadablePhoto(
            f"The picture is a thin strip: {size[0]} x {size[1]} pixels.",
            "Cut out the part that matters.",
        )


def _rewrite(image: Image.Image, kind: str, data: bytes) -> Canonical:
    notes = _notes_on_frames(image)
    stored = image.size
    if max(stored) > CANONICAL_SIDE_PX:
        image.draft(None, _kept_size(stored))  # lets a large JPEG decode at a fraction
    image.load()  # all of it: a header tells nothing about a damaged end
    size = _kept_size(stored)
    orientation = _orientation(image)
    photo, is_hdr, spread = as_seen(image, data, size)
    if is_hdr:
        notes.append(PhotoNote.HDR)
    elif spread:
        notes.append(PhotoNote.SPREAD)
    if kind == "HEIF":  # its library has turned it already
        stored = stored[::-1] if orientation in _ON_ITS_SIDE else stored
    elif orientation in _UPRIGHT:
        photo = photo.transpose(_UPRIGHT[orientation])
    if photo.getcolors(maxcolors=1):
        notes.append(PhotoNote.BLANK)
    photo.info.clear()  # Pillow would write the old comment again
    stays = kind == "JPEG" and canonical_jpeg.may_stay(data, photo.size)
    return Canonical(
        data if stays else canonical_jpeg.written(photo),
        *photo.size,
        notes=tuple(notes),
        origin=Origin(kind, *stored, turned=orientation in _UPRIGHT),
        fingerprint=fingerprint(photo),
        measures=measured(photo),
    )


def _notes_on_frames(image: Image.Image) -> list[PhotoNote]:
    # An MPO's further pictures are a phone's depth map or second eye, not an animation.
    if image.format == "MPO" or getattr(image, "n_frames", 1) == 1:
        return []
    return [PhotoNote.SEVERAL if image.format == "HEIF" else PhotoNote.ANIMATED]


def fingerprint(photo: Image.Image) -> bytes:
    """Squash an upright RGB photo: the means of 6 x 6 samples for each cell.

    All pixels would take a seventh of a small photo's time, and tell hardly more: of 500 photos
    that were cropped by 5 %, `near_duplicates` finds 94 % again, not 95 %. Pillow's C is called
    itself, as the Python around it would take as long once more.
    """
    side = _SAMPLES * FINGERPRINT_SIDE
    sampled = photo.im.resize((side, side), Image.Resampling.NEAREST, (0, 0, *photo.size))
    cells = sampled.reduce((_SAMPLES, _SAMPLES), (0, 0, side, side)).convert("L", 0)
    return photo._new(cells).tobytes()


def _kept_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, CANONICAL_SIDE_PX / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _orientation(image: Image.Image) -> object:
    """What the metadata say about how to turn the picture."""
    if image.format == "HEIF":  # the EXIF does not say it any more
        return image.info.get("original_orientation")
    if image.format == "AVIF":
        # Its boxes alone decide. Pillow puts them into the EXIF, but looks here where none do.
        image.info.pop("xmp", None)
    try:
        return image.getexif().get(_ORIENTATION_TAG)
    except Exception:  # broken metadata does not make a photo worse
        return None
