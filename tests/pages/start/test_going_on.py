"""What else is running, as quiet lines."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.opened import DRAWN_PETS, TUTORIAL
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import PLAIN, Open


def lines(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.main.get("page_link") if "waiting" in link.proto.label]


def test_the_painting_that_nobody_asked_for_has_none(open_page: Open, workspace: Workspace) -> None:
    Jobs(workspace).submit_import(DRAWN_PETS, "Drawn pets")
    assert lines(open_page()) == []
    Jobs(workspace).submit_import(TUTORIAL, "The tutorial's")
    assert len(lines(open_page())) == 1


def test_what_goes_wrong_while_one_looks_is_said(open_page: Open, workspace: Workspace) -> None:
    Jobs(workspace).submit_import(TUTORIAL, "The tutorial's")
    app = open_page()
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter(JobRecord.title.contains("tutorial")).one()
        record.state, record.error = "failed", "The disk is full."
    app.run()
    assert not app.exception
    assert "The disk is full" in app.error[0].value
    app.run()
    assert not app.error, "once is enough"


def test_what_train_does_by_itself_has_no_line(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Jobs(workspace).submit_timing(PLAIN)
    assert lines(open_page()) == []
