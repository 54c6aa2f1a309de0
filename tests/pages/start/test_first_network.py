"""One press, the training as it learns, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from sqlalchemy import select

from pages.ui.start import first_network
from pipeline.jobs.first_training import FirstTraining
from pipeline.jobs.installed import installed_versions
from pipeline.photos.sources.opened import DRAWN_PETS, TUTORIAL
from pipeline.settings.presets import FIRST, FIRST_REAL
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import AlbumRecord, JobRecord, RunRecord
from tests.pages.conftest import ANNA, BEN, Open, finished_run, words
from tests.pages.start.conftest import pictures


def first_run(workspace: Workspace, row: PhotoSetRow, visitor: str | None = None) -> Run:
    """A finished first training on the drawn pets."""
    run = finished_run(workspace, row, "My first network")
    with workspace.database.writing() as session:
        job = session.scalars(select(JobRecord).where(JobRecord.run_id == run.id)).one()
        job.request = {**job.request, "first": DRAWN_PETS}
        record = find(session, run.id)
        record.config, record.versions = FIRST.to_json(), installed_versions()
        record.visitor = job.visitor = visitor
    return Runs(workspace).get(run.id)


def test_it_can_be_pressed_from_the_first_second(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = open_page()
    app.button(key="start_first").click().run()
    assert not app.exception
    job = FirstTraining(workspace).at_work()
    assert job is not None
    coming = FirstTraining(workspace).get(job.request["awaits"])
    assert (coming.request["source"], job.run_id) == (DRAWN_PETS, None)
    assert "start_first" not in [button.key for button in app.button]
    assert app.button(key=f"stop_{job.id}")
    assert app.query_params["first"] == job.id


def test_with_the_drawn_pets_it_starts_at_once(
    with_example: None, open_page: Open, workspace: Workspace, drawn: PhotoSetRow
) -> None:
    open_page().button(key="start_first").click().run()
    run = next(run for run in Runs(workspace).list() if not run.is_example)
    assert (run.name, run.config, run.photo_set_id) == ("My first network", FIRST, drawn.id)


def test_with_the_tutorials_photos_it_trains_on_those(
    with_example: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, photo_set.album_id).source = TUTORIAL
    app = open_page()
    assert "start_real" not in [toggle.key for toggle in app.toggle]
    assert "3,000 real photos" in words(app)
    app.button(key="start_first").click().run()
    run = next(run for run in Runs(workspace).list() if not run.is_example)
    assert (run.config, run.photo_set_id) == (FIRST_REAL, photo_set.id)


def test_after_the_drawings_real_photos_come_next(
    with_example: None, open_page: Open, workspace: Workspace, drawn: PhotoSetRow
) -> None:
    run = first_run(workspace, drawn)
    app = open_page(first=run.job_id)
    assert not app.exception
    assert "a real photo is often “none of them”" in words(app)
    assert app.button(key="start_own").proto.type == "primary"
    app.button(key="start_real_next").click().run()
    coming = FirstTraining(workspace).at_work()
    assert coming is not None
    assert coming.request["first"] == TUTORIAL


def test_who_says_yes_to_the_download_trains_on_real_photos(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = open_page()
    app.toggle(key="start_real").set_value(True).run()
    app.button(key="start_first").click().run()
    job = FirstTraining(workspace).at_work()
    assert job is not None
    assert FirstTraining(workspace).get(job.request["awaits"]).request["source"] == TUTORIAL


def test_at_the_end_both_networks_answer_and_it_is_asked_about_drawings(
    with_example: None, open_page: Open, workspace: Workspace, drawn: PhotoSetRow
) -> None:
    run = first_run(workspace, drawn)
    app = open_page(first=run.job_id)
    assert not app.exception
    heads = [header.value for header in app.header]
    assert heads[0] == "Cat, 99 %"
    assert heads[-1] == "My first network has learned"
    assert len(heads) == 3
    said = words(app)
    assert "were predicted correctly" in said
    assert "Its photos are drawings" in said
    tests = pictures(app, "start_tests")
    assert tests is not None
    assert tests["label"] == "Test drawings"
    assert len({one["name"] for one in tests["pictures"]}) == 2


def test_of_a_training_that_came_to_nothing_it_says_why_and_offers_another(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        record.state, record.error = "failed", "The photos for this training did not come."
    app = open_page(first=job.id)
    assert "did not come" in app.error[0].value
    assert not app.button(key="start_first").disabled


def test_a_made_up_address_is_passed_over(with_example: None, open_page: Open) -> None:
    app = open_page(first="job-0000000000")
    assert not app.exception
    assert not app.error
    assert app.button(key="start_first")


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    before = st.get_option("client.showErrorDetails")
    yield
    st.set_option("client.showErrorDetails", before)


def as_visitor(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: name)


def test_in_the_demo_the_second_visitor_waits_nothing(
    demo: None,
    with_example: None,
    open_page: Open,
    workspace: Workspace,
    drawn: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = first_run(workspace, drawn)
    as_visitor(monkeypatch, BEN)
    app = open_page()
    assert app.header[0].value == "Cat, 99 %"  # everybody's run is not his own
    app.button(key="start_first").click().run()
    assert not app.exception
    with workspace.database.reading() as session:
        assert session.query(RunRecord).count() == 1
    assert "Training" not in str([link.proto.label for link in app.sidebar.get("page_link")])
    assert app.query_params["first"] == run.job_id
    monkeypatch.setattr(first_network, "is_replayed", lambda: False)  # some seconds later
    app.run()
    assert "were predicted correctly" in words(app)
    assert "start_real" not in [toggle.key for toggle in app.toggle]


def test_in_the_demo_nobody_watches_what_others_have_started(
    demo: None,
    with_example: None,
    open_page: Open,
    workspace: Workspace,
    drawn: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_visitor(monkeypatch, ANNA)
    job = FirstTraining(workspace, ANNA).submit(DRAWN_PETS)
    assert f"stop_{job.id}" not in [button.key for button in open_page(first=job.id).button]
    as_visitor(monkeypatch, BEN)
    app = open_page()
    app.button(key="start_first").click().run()
    assert app.query_params["first"] == job.id
    with workspace.database.reading() as session:
        assert session.query(RunRecord).count() == 1
