"""The live camera's script says what stands in the list, and all of it but for the camera's own."""

from __future__ import annotations

import re

from pipeline.wording import camera_text
from pipeline.wording.live_text import WORDS as ALL
from tests.conftest import REPOSITORY

WORDS = {name: words for name, words in ALL.items() if name not in camera_text.WORDS}
SCRIPT = (REPOSITORY / "pages/ui/classify/live_camera.js").read_text(encoding="utf-8")


def test_every_sentence_is_said_and_every_one_that_is_said_is_there() -> None:
    said = set(re.findall(r"\bwords\.(\w+)", SCRIPT))
    said |= set(re.findall(r"\bserve\(\"(\w+)\"", SCRIPT))
    assert said - {"opening"} == set(WORDS)


def test_every_gap_is_filled() -> None:
    for gap in {gap for words in WORDS.values() for gap in re.findall(r"\{(\w+)\}", words)}:
        assert re.search(rf"\b{gap}:", SCRIPT), gap
