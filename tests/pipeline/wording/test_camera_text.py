"""The camera's script says what stands in the list, and all of it."""

from __future__ import annotations

import re

from pipeline.wording.camera_text import WORDS
from tests.conftest import REPOSITORY

SCRIPT = (REPOSITORY / "pages/ui/camera.js").read_text(encoding="utf-8")
SHOWN_BY_THOSE_WHO_OPEN_IT = {"opening"}


def test_every_sentence_is_said_and_every_one_that_is_said_is_there() -> None:
    said = set(re.findall(r"\bwords(?:\(\))?\.(\w+)", SCRIPT))
    said |= set(re.findall(r"\bfail\(\"(\w+)\"", SCRIPT))
    failures = re.search(r"const CAMERA_FAILURES = \{(.*?)\}", SCRIPT)
    assert failures
    said |= set(re.findall(r"\"(\w+)\"", failures[1])) | set(re.findall(r"\?\? \"(\w+)\"", SCRIPT))
    assert said | SHOWN_BY_THOSE_WHO_OPEN_IT == set(WORDS)


def test_every_gap_is_filled() -> None:
    for gap in {gap for words in WORDS.values() for gap in re.findall(r"\{(\w+)\}", words)}:
        assert re.search(rf"\b{gap}:", SCRIPT), gap
