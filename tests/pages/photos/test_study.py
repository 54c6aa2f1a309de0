"""The way to a study: a button with a time, the job running, and the button where it failed."""

from __future__ import annotations

from pages.ui.photos import tabs
from pipeline.jobs.queue import Jobs
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.measured import MEASURED
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import change, open_tab


def check_up(open_page: Open, row: PhotoSetRow):
    app = open_tab(open_page("photos", set=row.id), tabs.CHECK)
    assert not app.exception
    return app


def test_a_study_is_asked_for_with_a_button(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = check_up(open_page, photo_set)
    button = app.button(key="study_primary")
    assert "(about " in button.label
    button.click().run()
    (job,) = Jobs(workspace).active()
    assert (job.kind, job.request) == ("study", {"photo_set": photo_set.id})
    assert f"Study {photo_set.name}" in words(app)
    assert not [one for one in app.button if one.key == "study_primary"]


def test_a_study_that_failed_says_why_and_can_be_asked_for_again(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    job = Jobs(workspace).submit_study(photo_set.id)
    change(workspace, job.id, state="failed", error="The disk is full.")
    app = check_up(open_page, photo_set)
    assert "The disk is full" in words(app)
    assert app.button(key="study_primary")


def test_the_time_is_what_was_measured_here(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    before = check_up(open_page, photo_set).button(key="study_primary").label
    Timings(workspace).keep(PRESETS[QUICK].config, {**MEASURED, "frozen_s": 5.0})
    assert check_up(open_page, photo_set).button(key="study_primary").label != before
