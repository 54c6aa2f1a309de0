"""Which run answers by itself: none that learned from drawings, as long as there is another one."""

from __future__ import annotations

import pytest

from pages.ui.parts import who_answers
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace import example
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.tables import AlbumRecord
from tests.pages.conftest import Open, finished_run, words


@pytest.fixture
def drawn(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """A run that learned from the drawn pets."""
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, photo_set.album_id).source = DRAWN_PETS
    return finished_run(workspace, photo_set, "My first network")


def test_the_example_stays_the_one_for_real_photos_and_says_why(
    with_example: None, open_page: Open, drawn: Run
) -> None:
    app = open_page("classify")
    assert app.selectbox(key="classify_choice").value == EXAMPLE_ID
    assert "My first network is newer, but learned from drawings" in words(app)


def test_asked_for_by_its_address_it_answers_and_says_what_it_knows(
    with_example: None, open_page: Open, drawn: Run
) -> None:
    app = open_page("classify", run=drawn.id)
    assert app.selectbox(key="classify_choice").value == drawn.id
    assert "It learned from drawings, and knows drawings" in words(app)


def test_where_it_is_the_only_one_it_answers(open_page: Open, drawn: Run) -> None:
    assert open_page("classify").selectbox(key="classify_choice").value == drawn.id


def test_a_run_of_photos_is_chosen_and_nothing_said(
    with_example: None, open_page: Open, run: Run
) -> None:
    app = open_page("classify")
    assert app.selectbox(key="classify_choice").value == run.id
    assert "drawings" not in words(app)


def test_the_rest_of_the_order_stays(run: Run, with_example: None) -> None:
    assert who_answers.in_order([run, example.read()]) == [run, example.read()]
    assert not who_answers.learned_from_drawings(example.read())
