"""The download of the Explore page."""

from __future__ import annotations

from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words


def test_offers_the_download_and_asks_for_it_once(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("explore")
    app.button(key="explore_prepare").click().run()
    assert not app.exception
    jobs = [job for job in Jobs(workspace).active() if job.kind == "explore"]
    assert len(jobs) == 1
    again = open_page("explore")  # another visitor sees the same work
    assert "Prepare the original network" in words(again)
