"""The photos behind the numbers, and where the network looked."""

from __future__ import annotations

from pipeline.workspace.run import Run
from tests.pages.conftest import Open


def test_the_mistake_is_shown_with_what_it_is(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    captions = [caption.value for caption in app.caption]
    assert sum(" · labelled " in caption for caption in captions) == 1
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert any(alt.startswith("Photo labelled ") for alt in alts)
    assert not any("Photo of " in alt for alt in alts)  # the label may be wrong


def test_a_heatmap_says_in_words_where_it_is(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.exception
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert any("looked at" in alt for alt in alts)
