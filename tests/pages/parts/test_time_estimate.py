"""How long a training would take: measured once, and said."""

from __future__ import annotations

from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open, words
from tests.pages.train.conftest import MEASURED


def measuring(workspace: Workspace) -> list[Job]:
    """The measurements that wait or work; what the bench prepares is not looked at."""
    return [job for job in Jobs(workspace).active() if job.kind == "timing"]


def test_start_makes_measuring_give_way(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    assert len(measuring(workspace)) == 1
    app.button(key="train_start").click().run()
    assert measuring(workspace) == []
    assert "train" in [job.kind for job in Jobs(workspace).active()]


def test_measuring_is_asked_for_once(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.run()
    open_page("train")
    assert len(measuring(workspace)) == 1
    assert "Measuring" in words(app)


def test_a_slider_that_moves_on_takes_its_measurement_along(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.select_slider(key="train_image_size_px").set_value(96).run()
    app.select_slider(key="train_image_size_px").set_value(128).run()
    waiting = [job.request["config"]["image_size_px"] for job in measuring(workspace)]
    assert waiting == [128]


def test_a_measured_network_gives_a_time(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Timings(workspace).keep(TrainConfig(), MEASURED)
    app = open_page("train")
    assert "once features are kept" in words(app)
    assert measuring(workspace) == []


def test_a_failed_measurement_is_said_and_not_repeated(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    job = Jobs(workspace).submit_timing(TrainConfig())
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(id=job.id).one()
        record.state, record.error = "failed", "Out of memory."
    app = open_page("train")
    assert "could not be measured" in words(app)
    assert measuring(workspace) == []
