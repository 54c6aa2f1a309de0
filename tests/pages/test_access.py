"""What is read out, and where the focus goes; tests/browser/test_access.py asks a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import PAGES, RED, Open
from tests.workspaces import jpeg


def told(app: AppTest) -> dict[str, dict[str, Any]]:
    """What the component was given, by what it is about."""
    found = {one.key: one for one in app.get("bidi_component") if one.key}
    return {
        key.removeprefix("access_"): json.loads(one.proto.json)
        for key, one in found.items()
        if key.startswith("access_")
    }


@pytest.mark.parametrize("page", ["", *PAGES])
def test_every_page_says_which_it_is(no_first_import, open_page: Open, page: str) -> None:
    assert told(open_page(page))["page"] == {"page": page.capitalize() or "Start"}


def test_an_answer_is_read_out_and_takes_a_lost_focus(open_page: Open, run: Run) -> None:
    app = open_page("classify")
    assert "answer" not in told(app)
    app.file_uploader[0].upload("my.jpg", jpeg(RED, side=96), "image/jpeg").run()
    said = told(app)["answer"]
    assert said["text"].startswith("my.jpg: ")
    assert said["place"]
    assert not said["if_known"]


def test_an_end_is_read_out_to_who_heard_of_the_beginning(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    said = told(open_page("train", run=run.id))[f"run_{run.id}"]
    assert said["text"].startswith(f"{run.name}: training finished. ")
    assert said["if_known"]
