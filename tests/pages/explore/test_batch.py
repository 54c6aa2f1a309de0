"""The shapes of a batch on its way through the network."""

from __future__ import annotations

from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open


def test_the_shapes_of_a_batch(prepared: None, open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("explore")
    code = [block.value for block in app.code]
    assert code == ["(32, 160, 160, 3)", "(32, 5, 5, 1280)", "(32, 1280)", "(32, 1)"]
