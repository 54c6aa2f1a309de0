"""Ready sets on the Photos page: what they cost, what one may do with them, and any other set."""

from __future__ import annotations

import pytest

from pages.ui.photos import ready_sets, tabs
from pipeline.photos.sources.opened import DRAWN_PETS, READY_SETS
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.tables import AlbumRecord, PhotoSetRecord
from tests.pages.conftest import Open, alts, words
from tests.pages.photos.conftest import open_tab, queued


@pytest.mark.parametrize("number", range(len(READY_SETS)))
def test_ready_sets_are_one_click_away(
    no_first_import, open_page: Open, workspace: Workspace, number: int
) -> None:
    app = open_page("photos")
    app.button(key=f"photos_get_{number}").click().run()
    assert [job.request["source"] for job in queued(workspace)] == [READY_SETS[number].source]
    assert "Waiting for" in words(app) or "Import" in words(app)


def test_each_has_a_picture(no_first_import, open_page: Open) -> None:
    app = open_page("photos")
    painted = [alt for alt in alts(app) if alt.startswith("A painted ")]
    assert (len(painted), painted.count("A painted cat")) == (20, 8)
    icons = [one.value for one in app.markdown if one.value.startswith(":material/")]
    assert [icon.split()[0] for icon in icons[:2]] == [":material/eco:", ":material/local_florist:"]
    pictured = {DRAWN_PETS, *ready_sets._PETS, *ready_sets._ICONS}
    assert pictured == {ready.source for ready in READY_SETS}


def test_a_set_that_is_there_is_not_offered_again(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    with workspace.database.writing() as session:
        session.query(AlbumRecord).one().source = DRAWN_PETS
        session.query(PhotoSetRecord).one().source = DRAWN_PETS
    app = open_tab(open_page("photos"), tabs.ADD)
    keys = [button.key for button in app.button]
    assert "photos_get_0" not in keys and "photos_get_1" in keys
    assert len([alt for alt in alts(app) if " photo labelled " in alt]) == 4
    app = app.button(key="photos_there_0").click().run()
    assert (app.query_params["set"], app.session_state["photos_tab"]) == (photo_set.id, tabs.LOOK)


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
