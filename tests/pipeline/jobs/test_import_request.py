"""What an import is asked for: equal wishes are equal, and an answer changes nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.jobs.import_request import Wishes, again, import_request
from pipeline.photos.sources.readings import Reading


def test_the_queue_keeps_plain_data() -> None:
    wishes = Wishes(data_dir=Path("/data"), reading=Reading.NAMES, asks=True)
    request = import_request("a.zip", "A", wishes)
    assert json.loads(json.dumps(request)) == request
    assert (request["data_dir"], request["reading"], request["asks"]) == ("/data", "names", True)
    assert import_request("a.zip", None, Wishes()) == import_request(
        "a.zip", None, Wishes(into=None, label=None)
    )


def test_an_answer_changes_the_reading_alone() -> None:
    asked = import_request(
        "a.zip",
        "A",
        Wishes(into="set", label="cat", code_page="big5", frames_per_second=2.0, asks=True),
    )
    answered = import_request("a.zip", "A", again(asked, Reading.SPLITS))
    assert answered == {**asked, "reading": "splits", "asks": False}
