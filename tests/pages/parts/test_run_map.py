"""The way to a run's map: a button, its job, and the button again where that failed."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from tests.pages.photos.conftest import change


def script(run_id: str) -> None:
    import streamlit as st

    from pages.ui import resources, stores
    from pages.ui.parts import run_map

    run = stores.runs().get(run_id)
    st.text(run_map.kept(run, resources.photo_set(run.photo_set_id)) is None)
    run_map.way(run, run.photo_set_id)


def test_it_is_drawn_by_one_job_and_asked_for_again_where_that_failed(
    workspace: Workspace, run: Run
) -> None:
    app = AppTest.from_function(script, kwargs={"run_id": run.id}, default_timeout=60).run()
    assert app.text[0].value == "True"
    app.button(key="run_map_draw").click().run()
    (job,) = Jobs(workspace).active()
    assert not [one for one in app.button if one.key == "run_map_draw"]
    change(workspace, job.id, state="failed", error="The disk is full")
    app.run()
    assert "The disk is full" in app.error[0].value
    assert app.button(key="run_map_draw")
