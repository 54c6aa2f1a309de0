"""The front page in AppTest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.tables import AlbumRecord


@pytest.fixture
def drawn(workspace: Workspace, photo_set: PhotoSetRow) -> PhotoSetRow:
    """A set that says it is the drawn pets."""
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, photo_set.album_id).source = DRAWN_PETS
    return photo_set


def pictures(app: AppTest, key: str) -> dict[str, Any] | None:
    """What a row of pictures was given; None where it is not on the page."""
    found = [one for one in app.get("bidi_component") if one.key == key]
    sent: dict[str, Any] | None = json.loads(found[0].proto.json) if found else None
    return sent
