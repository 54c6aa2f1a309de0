"""What comes out of the decoder: a reason, or a picture to look at."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.photos.decoding.canonical import FINGERPRINT_SIDE, Canonical
from pipeline.photos.decoding.decode import UnreadablePhoto, canonical, pixels
from pipeline.settings.limits import Limits

BOX = b"\x00\x00\x00\x18ftyp"


def reason(data: bytes, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    """Why the decoder refuses a file."""
    with pytest.raises(UnreadablePhoto) as caught:
        canonical(data, limits)
    return str(caught.value)


def shown(photo: Canonical) -> np.ndarray:
    """`(height, width, 3)` int of what is kept."""
    return pixels(photo.jpeg).astype(int)


def close(one: np.ndarray, other: np.ndarray, mean: float = 3.0) -> bool:
    """Whether two pictures look the same, by their mean difference."""
    return one.shape == other.shape and bool(np.abs(one.astype(int) - other).mean() < mean)


def fingerprint(photo: Canonical) -> np.ndarray:
    """`(side, side)` int, grey."""
    values = np.frombuffer(photo.fingerprint, np.uint8)
    return values.reshape(FINGERPRINT_SIDE, FINGERPRINT_SIDE).astype(int)


KINDS = ["jpeg", "png", "webp", "heic", "avif"]  # as `pictures` calls them
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"]  # as Pillow does
