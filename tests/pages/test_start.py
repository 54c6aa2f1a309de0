"""The front page: the first training, and what was done last."""

from __future__ import annotations

from pipeline.jobs.queue import Jobs
from pipeline.settings.presets import FIRST
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import AlbumRecord
from tests.pages.conftest import Open

# === The example ===


def test_own_runs_come_first(with_example: None, open_page: Open, run: Run) -> None:
    assert open_page("classify").selectbox(key="classify_choice").value == run.id
    front = open_page()
    links = [link.proto.label for link in front.main.get("page_link")]
    assert any("Example" in label for label in links)


# === The first training ===


def test_one_press_starts_the_first_training(
    with_example: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, photo_set.album_id).source = "drawn:pets"
    app = open_page()
    app.button(key="start_first").click().run()
    assert not app.exception
    run = next(run for run in Runs(workspace).list() if not run.is_example)
    assert (run.name, run.config, run.photo_set_id) == ("My first network", FIRST, photo_set.id)


def test_the_button_waits_for_the_drawn_pets(open_page: Open, workspace: Workspace) -> None:
    Jobs(workspace).submit_import("drawn:pets", "Drawn pets")
    assert open_page().button(key="start_first").disabled
