"""The left side of the bench."""

from __future__ import annotations

from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open
from tests.pages.train.conftest import inside


def test_what_a_loop_needs_stands_in_it(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    keys = {getattr(element, "key", None) for element in inside(app, "bench_settings")}
    assert "set_choice" in {getattr(one, "key", None) for one in inside(app, "bench_title")}
    assert {"train_learning_rate", "train_epochs", "train_start"} <= keys
