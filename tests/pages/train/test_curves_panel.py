"""The right side of the bench."""

from __future__ import annotations

from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open
from tests.pages.train.conftest import inside


def test_before_the_first_training_it_says_where_the_curves_will_be(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    said = [
        one.value for one in inside(open_page("train"), "bench_curves") if one.type == "caption"
    ]
    assert any("curves of a training" in one for one in said)
