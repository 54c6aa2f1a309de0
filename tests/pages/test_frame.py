"""What stands around every page: the first set, the guard against errors, the sidebar."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import frame
from pipeline.jobs.job import LANES
from pipeline.jobs.worker import WORK
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open
from tests.pages.photos.conftest import queued
from tests.pages.test_markdown import unescaped
from tests.workers import stand_in


def test_the_first_visit_starts_the_drawn_pets_once(open_page: Open, workspace: Workspace) -> None:
    open_page()
    open_page()
    assert [job.request["source"] for job in queued(workspace)] == ["drawn:pets"]


def test_a_workspace_with_photos_is_left_alone(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    open_page()
    assert queued(workspace) == []


def test_errors_are_shown_literally() -> None:
    def script() -> None:
        from pages.ui import frame
        from pipeline.errors import PhotoError

        with frame.guard():
            raise PhotoError("<b>:red[x]</b>.jpg", "It is empty.")

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert unescaped(app.error[0].value) == "<b>:red[x]</b>.jpg: It is empty."


def test_a_bug_stays_a_bug() -> None:
    def script() -> None:
        from pages.ui import frame

        with frame.guard():
            raise ZeroDivisionError

    app = AppTest.from_function(script, default_timeout=60).run()
    assert len(app.exception) == 1


def test_every_kind_of_work_has_a_worker_and_a_place_in_the_sidebar() -> None:
    assert set(LANES) == set(WORK) == set(frame._DOING)


def test_what_a_page_explains_is_read_once_in_one_drawer() -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui import frame

        frame.lead("What one sees.", "Why it matters.")
        frame.learn("Why?", "For this reason.")
        st.button("Go")
        frame.learn("Why?", "For this reason.")
        frame.drawer()

    app = AppTest.from_function(script, default_timeout=60).run()
    (drawer,) = app.expander
    assert drawer.label == frame.LEARN
    assert [one.value for one in drawer.markdown] == [
        f"**{frame.ABOUT}**\n\nWhy it matters.",
        "**Why?**\n\nFor this reason.",
    ]
    assert app.markdown[0].value == "What one sees."


def test_a_page_that_explains_nothing_has_no_drawer() -> None:
    def script() -> None:
        from pages.ui import frame

        frame.lead("What one sees.")
        frame.drawer()

    assert not AppTest.from_function(script, default_timeout=60).run().expander


def test_a_training_that_is_tested_is_called_so_in_the_sidebar(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch)
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(run_id=run.id).one()
        record.state, record.step, record.fraction = "running", "learning", 0.4
    assert "Training, 40%" in [link.proto.label for link in open_page().get("page_link")]
    with workspace.database.writing() as session:
        session.query(JobRecord).filter_by(run_id=run.id).one().step = "scoring"
    labels = [link.proto.label for link in open_page().get("page_link")]
    assert "Testing" in labels
    assert not any("Training" in label for label in labels)
