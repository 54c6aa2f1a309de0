"""What a job does, in the words of its card."""

from __future__ import annotations

import pytest

from pipeline.jobs.queue import Jobs
from pipeline.progress import Step
from pipeline.workspace.home import Workspace
from tests.pages.conftest import Open
from tests.pages.photos.conftest import change
from tests.pages.test_access import told


def test_the_card_shows_size_speed_time_left_and_stop(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("tutorial:cats_and_dogs_filtered", "Tutorial")
    change(
        workspace,
        job.id,
        state="running",
        step=Step.DOWNLOADING,
        about="cats_and_dogs.zip",
        done=30e6,
        total=68e6,
        unit="bytes",
        speed=4.2e6,
        fraction=0.44,
        seconds_left=9.0,
        pid=None,
    )
    # a running job without a process is settled at the next look, so look at the words alone
    from pages.ui.parts import job_card

    assert (
        job_card.details(Jobs(workspace).get(job.id))
        == "30 MB of 68 MB · 4.2 MB a second · about 9 s left"
    )
    app = open_page("photos")
    assert not app.exception


def test_work_and_its_end_are_read_out(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("drawn", "Pets")
    app = open_page("augment")
    assert (told(app)[f"job_{job.id}"]["text"], told(app)[f"job_{job.id}"]["if_known"]) == (
        "Import Pets: waiting.",
        False,
    )
    assert "later" not in told(app)


@pytest.mark.parametrize(("state", "how"), [("stopped", "stopped"), ("done", "finished")])
def test_an_end_is_read_out_on_the_page_that_follows(
    no_first_import,
    open_page: Open,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    how: str,
) -> None:
    job = Jobs(workspace).submit_import("drawn", "Pets")
    app = open_page("augment")
    look = Jobs.get

    def stopped_meanwhile(jobs: Jobs, job_id: str):  # between the page and its card
        found = look(jobs, job_id)
        change(workspace, job.id, state=state)
        return found

    monkeypatch.setattr(Jobs, "get", stopped_meanwhile)
    app.run()
    assert told(app)["later"]["text"] == f"Import Pets: {how}."
    assert not told(app)["later"]["if_known"]
    app.run()
    assert "later" not in told(app)
