"""The burst camera's script says what stands in the list; messages: `test_box_camera.py`."""

from __future__ import annotations

import re
from pathlib import Path

from pages.ui.photos import burst_camera
from pipeline.wording import camera_text
from pipeline.wording.burst_text import WORDS


def test_every_sentence_is_said_and_every_one_that_is_said_is_there() -> None:
    script = Path(burst_camera.__file__).with_suffix(".js").read_text(encoding="utf-8")
    said = set(re.findall(r"\bwords\.(\w+)", script))
    assert said | set(camera_text.WORDS) == set(WORDS)


def test_it_waits_for_no_more_frames_than_one_message_may_have() -> None:
    script = Path(burst_camera.__file__).with_suffix(".js").read_text(encoding="utf-8")
    waiting = re.search(r"const MOST_WAITING = (\d+)", script)
    assert waiting
    assert int(waiting[1]) <= burst_camera.MOST
