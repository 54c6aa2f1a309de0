"""The front page in each of its states: first visit, running, learned, come back."""

from __future__ import annotations

import shutil

import pytest

from pages.ui import frame
from pages.ui.parts import known_photos
from pipeline.workspace import example
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import RED, Open, alts, finished_run, words
from tests.pages.start.conftest import pictures
from tests.pages.start.test_samples import bring
from tests.workspaces import jpeg


def test_at_the_first_look_a_photo_is_answered(with_example: None, open_page: Open) -> None:
    app = open_page()
    assert not app.exception
    assert [header.value for header in app.header] == ["Cat, 99 %"]
    assert any("it looked at" in alt for alt in alts(app))
    assert not app.button(key="start_first").disabled


def test_at_most_60_words_stand_before_what_one_presses(
    with_example: None, open_page: Open
) -> None:
    app = open_page()
    said = [app.title[0].value]
    said += [one.value for kind in ("markdown", "header", "caption") for one in app.main.get(kind)]
    until = next(place for place, one in enumerate(said) if "800 drawn pets" in one)
    assert 20 < len(" ".join(said[: until + 1]).split()) <= 60


def test_without_any_network_there_is_the_way_to_one(open_page: Open, workspace: Workspace) -> None:
    app = open_page()
    assert not app.exception
    assert "No network is here that could answer yet" in words(app)
    assert not app.button(key="start_first").disabled


def test_who_comes_back_sees_the_own_runs_first(
    with_example: None, open_page: Open, run: Run
) -> None:
    app = open_page()
    assert app.header[0].value == "Your runs"
    links = [link.proto.label for link in app.main.get("page_link")]
    assert run.name in links[0]
    assert not any("Example" in label for label in links)
    assert "start_first" not in [button.key for button in app.button]
    assert app.button(key="start_train").proto.type == "primary"


def test_a_network_of_ones_own_is_asked_about_its_own_photos(
    with_example: None, open_page: Open, run: Run
) -> None:
    app = open_page()
    row = pictures(app, "start_samples")
    assert row is not None
    named = [one["name"] for one in row["pictures"]]
    assert len(named) == 4
    assert all(name.startswith("Test photo labelled ") for name in named)
    assert len(set(named)) == len(run.classes), "some of each class"
    assert known_photos.KNOWN not in words(app)


def test_without_its_photos_it_is_asked_about_drawings(
    with_example: None, open_page: Open, workspace: Workspace, run: Run
) -> None:
    shutil.rmtree(workspace.photo_sets_folder / run.photo_set_id)
    row = pictures(open_page(), "start_samples")
    assert row is not None
    assert row["pictures"][0]["name"] == "Drawing of a cat"


def test_own_runs_answer_first(with_example: None, open_page: Open, run: Run) -> None:
    assert open_page("classify").selectbox(key="classify_choice").value == run.id
    assert f"{run.name}" in [caption.value for caption in open_page().main.caption]


@pytest.mark.parametrize("name", [page.name for page in frame.PAGES[1:]])
def test_every_page_is_one_click_away(open_page: Open, workspace: Workspace, name: str) -> None:
    labels = [link.proto.label for link in open_page().main.get("page_link")]
    assert sum(name in label for label in labels) == 1


def test_three_steps_have_numbers(open_page: Open, workspace: Workspace) -> None:
    labels = [link.proto.label for link in open_page().main.get("page_link")]
    assert [label for label in labels if "**" in label] == [
        "**1. Photos**",
        "**2. Train**",
        "**3. Classify**",
    ]


def test_the_photo_outlasts_a_visit_to_another_page(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = bring(open_page(), "mine.jpg", jpeg(RED, side=96))
    app.switch_page("pages/classify.py").run()
    app.switch_page("app.py").run()
    row = pictures(app, "start_samples")
    assert row is not None
    assert (row["pictures"][-1]["name"], row["chosen"]) == ("mine.jpg", 4)


def test_who_comes_back_is_answered_by_the_own_network_too(
    with_example: None, open_page: Open, workspace: Workspace, drawn: PhotoSetRow
) -> None:
    run = finished_run(workspace, drawn, "My first network")
    captions = [caption.value.replace("\\", "") for caption in open_page().main.caption]
    both = [example.read().name, run.name]
    assert [one for one in captions if one in both] == both
