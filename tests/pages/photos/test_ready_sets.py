"""Ready sets on the Photos page: what they cost, what one may do with them, and any other set."""

from __future__ import annotations

import pytest

from pipeline.photos.sources.opened import READY_SETS
from pipeline.workspace.home import Workspace
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import queued


@pytest.mark.parametrize("number", range(len(READY_SETS)))
def test_ready_sets_are_one_click_away(
    no_first_import, open_page: Open, workspace: Workspace, number: int
) -> None:
    app = open_page("photos")
    app.button(key=f"photos_get_{number}").click().run()
    assert [job.request["source"] for job in queued(workspace)] == [READY_SETS[number].source]
    assert "Waiting for" in words(app) or "Import" in words(app)


def test_each_tells_its_size_and_its_licence(no_first_import, open_page: Open) -> None:
    text = words(open_page("photos"))
    for told in (
        "1,295 photos · 180 MB to download",
        "7,349 photos · 811 MB to download",
        "3,670 photos · 229 MB to download",
        "20,580 photos · 816 MB to download",
        "800 photos · no download",
        "Licence: CC BY-SA 4.0.",
        "No licence is stated: ask its makers at [vision.stanford.edu](http://vision.stanford.edu",
    ):
        assert told in text


def test_any_other_set_by_its_name(no_first_import, open_page: Open, workspace: Workspace) -> None:
    app = open_page("photos")
    app.text_input(key="photos_set_name").set_value("Plant Village").run()
    assert "at most 868 MB to download" in words(app)
    assert "ask its makers at [arxiv.org](https://arxiv.org/abs/1511.08060)" in words(app)
    app.button(key="photos_get_named").click().run()
    assert [job.request["source"] for job in queued(workspace)] == ["tfds:plant_village"]


def test_a_wrong_name_is_told_with_those_that_are_like_it(no_first_import, open_page: Open) -> None:
    app = open_page("photos")
    app.text_input(key="photos_set_name").set_value("flower").run()
    assert "Did you mean" in words(app) and "tf\\_flowers" in words(app)
    assert not app.exception


def test_the_demo_offers_only_those_that_fit(
    no_first_import, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    assert "photos_set_name" not in [field.key for field in open_page("photos").text_input]
