"""The Photos page in AppTest: its tabs, its ticks, its jobs."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.photos import tabs
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.tables import JobRecord
from tests.workspaces import add_photo_set, class_folders, jpeg


def queued(workspace: Workspace) -> list[Job]:
    """Imports that wait or run."""
    return [job for job in Jobs(workspace).active() if job.kind == "import"]


def change(workspace: Workspace, job_id: str, **columns: object) -> None:
    """Write into a job's row what a worker would."""
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(id=job_id).one()
        for name, value in columns.items():
            setattr(record, name, value)


def open_tab(app: AppTest, tab: str) -> AppTest:
    """The Photos page with this tab open."""
    if tab == tabs.ADD and any(button.key == "photos_add" for button in app.button):
        return app.button(key="photos_add").click().run()
    app.session_state["photos_tab"] = tab
    return app.run()


def newest(workspace: Workspace) -> PhotoSetRow:
    """The photo set that was made last."""
    return PhotoSets(workspace).list()[0]


@pytest.fixture
def messy(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Photos without a folder, a small class, a picture in two classes."""
    folder = class_folders(tmp_path / "messy", photos=30)
    (folder / "loose.jpg").write_bytes(jpeg((40, 200, 60), seed=77))
    (folder / "newt").mkdir()
    (folder / "newt" / "1.jpg").write_bytes(jpeg((10, 10, 10), seed=78))
    (folder / "red" / "same.jpg").write_bytes((folder / "blue" / "3.jpg").read_bytes())
    return add_photo_set(workspace, folder, "Messy")


def submit(app: AppTest, label: str) -> None:
    """Press the button of this label."""
    next(button for button in app.button if button.label == label).click().run()
