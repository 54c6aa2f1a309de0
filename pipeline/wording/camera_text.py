"""What the browser's camera says wherever it is shown: which one, and why there is no picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "opening": "Waiting for the camera. Your browser may ask whether PawTune may see it.",
    "which": "Camera",
    "camera_number": "Camera {number}",
    "again": "Try again",
    # Why there is no picture, and what to do.
    "insecure": "Browsers give their camera only to pages of this computer and to pages with "
    "https. Open PawTune as http://localhost on the computer that it runs on, or put a proxy "
    "with https before it.",
    "refused": "The browser may not see the camera. Allow it beside the page's address, then try "
    "again.",
    "missing": "There is no camera here. Connect one, or drop photos instead.",
    "busy": "The camera gives no picture: another program may be using it. Close that one, then "
    "try again.",
    "unplugged": "The camera is gone: it was unplugged or switched off. Connect it, then try "
    "again.",
}
