"""What the live camera says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.wording import camera_text
from pipeline.wording.answer_text import NEITHER, NOT_LIKE, NOT_SURE

WORDS: Final[Mapping[str, str]] = {
    **camera_text.WORDS,
    "none": NEITHER,
    "none_why": NOT_LIKE,
    "nearest": "nearest: {name}",
    "unsure": NOT_SURE,
    "unsure_why": "{share} is less than the {from} that you ask for, so it gets no name.",
    "picture": "What the camera sees",
    "mirror": "Mirror",
    "freeze": "Freeze",
    "heat": "Show where it looks",
    "take": "Take this",
    "loading": "Getting the network ready.",
    "rate": "{rate} answers a second, in this browser. The picture goes nowhere.",
    "rate_server": "{rate} answers a second, from the server: its pictures go there.",
    "said": "{name}, {share} sure.",
    # Why the server answers instead.
    "old_browser": "This browser cannot run the network (it lacks WebAssembly's SIMD). A newer one "
    "is quicker; here the server answers.",
    "no_engine": "The browser cannot answer by itself, so the server does, less often. {why}",
    "no_routes": "This app was started by app.py alone, so the server answers, less often. Start "
    "it with make run, and the browser answers by itself.",
    "server_failed": "The server cannot answer: {why}",
}
