"""The runs of a set, below the curves."""

from __future__ import annotations

from pipeline.workspace.run import Run
from tests.pages.conftest import Open
from tests.pages.train.conftest import inside


def test_the_runs_of_the_set_are_there(open_page: Open, run: Run) -> None:
    below = inside(open_page("train"), "bench_below")
    labels = [one.proto.label for one in below if one.type == "page_link"]
    assert any(label.startswith("First try") for label in labels)
