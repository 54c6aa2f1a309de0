"""What the browser's camera sends; see `camera.js`, which stands before scripts that show it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from pipeline.settings import mode

SCRIPT: Final = "../camera"  # of components that lie in a page's folder
_MOST_BYTES: Final = 4_000_000  # of a frame; a camera's own have a tenth


def frame_of(given: object) -> bytes | None:
    """The frame in what a browser says, which may be anything; None where there is none."""
    photo = given.get("photo") if isinstance(given, Mapping) else None
    return _frame(photo)


def frames_of(given: object, most: int) -> list[bytes]:
    """The frames in what a browser says, in their order.

    Args:
        given: Anything.
        most: How many are taken; the others are let go.
    """
    photos = given.get("photos") if isinstance(given, Mapping) else None
    found = map(_frame, photos[:most]) if isinstance(photos, list) else ()
    return [frame for frame in found if frame is not None]


def _frame(photo: object) -> bytes | None:
    most = min(_MOST_BYTES, mode.current().limits.file_bytes)
    if not isinstance(photo, str) or len(photo) > most * 4 // 3:
        return None
    try:
        return base64.b64decode(photo, validate=True) or None
    except (binascii.Error, ValueError):
        return None
