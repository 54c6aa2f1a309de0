"""One run's row that cannot be read: every page shows the others, and says what is wrong."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import markdown
from pages.ui.evaluate import label_verdicts
from pages.ui.runs import data_frames
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.wording import run_differences
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.versions import Versions
from tests.pages.conftest import PAGES, Open, finished_run, table, words

BROKEN = {"settings": {"config": {"epochs": "many"}}, "state": {"state": "dreaming"}}


@pytest.fixture(params=BROKEN)
def damaged(
    workspace: Workspace, run: Run, photo_set: PhotoSetRow, request: pytest.FixtureRequest
) -> Run:
    """A newer run beside `run`, whose row somebody or something has spoiled."""
    made = finished_run(workspace, photo_set, "Spoiled")
    with workspace.database.writing() as session:
        for name, value in BROKEN[request.param].items():
            setattr(find(session, made.id), name, value)
    return Runs(workspace).get(made.id)


def test_every_state_has_words() -> None:
    assert set(markdown.STATES) == set(RunState)
    assert set(markdown.STATES) >= set(JobState) - {JobState.STARTING}, "which nobody is told of"
    assert all(all(shown) for shown in markdown.STATES.values())


@pytest.mark.parametrize("page", ["", *PAGES])
def test_every_page_opens(open_page: Open, damaged: Run, page: str) -> None:
    app = open_page(page)
    assert not app.exception, app.exception[0].message


def choices(app: AppTest, key: str) -> list[str]:
    return list(app.selectbox(key=key).options)


def test_the_front_page_lists_both(open_page: Open, damaged: Run, run: Run) -> None:
    app = open_page()
    labels = [link.proto.label for link in app.main.get("page_link")]
    assert f"**{damaged.name}**" in labels
    assert f"**{run.name}**" in labels
    assert "damaged" in words(app)


@pytest.mark.parametrize(
    ("page", "key"),
    [("runs", "runs_choice"), ("evaluate", "evaluate_choice"), ("classify", "classify_choice")],
)
def test_a_page_of_one_run_says_what_can_be_done(
    open_page: Open, damaged: Run, run: Run, page: str, key: str
) -> None:
    app = open_page(page, run=damaged.id)
    assert [option.split(" · ")[0] for option in choices(app, key)][:2] == ["Spoiled", "First try"]
    assert choices(app, key)[0] == "Spoiled · damaged"
    (said,) = [error.value for error in app.error]
    assert "Delete it on the Runs page and train anew" in said
    assert not open_page(page, run=run.id).error


def test_the_train_page_says_it_and_draws_no_curve(open_page: Open, damaged: Run) -> None:
    app = open_page("train", run=damaged.id)
    assert "damaged" in words(app)
    assert [error.value for error in app.error]
    assert not [chart for chart in app.get("plotly_chart") if "train_accuracy" in str(chart.proto)]


def test_runs_tells_no_settings_that_nobody_knows(
    open_page: Open, damaged: Run, run: Run, workspace: Workspace
) -> None:
    app = open_page("runs", run=damaged.id)
    rows = {row["name"]: row for row in table(app, "runs_table")["rows"]}
    assert [badge["text"] for badge in rows["Spoiled"]["badges"]] == ["damaged"]
    assert not rows["Spoiled"]["curve"], "so it cannot be ticked"
    assert not set(rows["Spoiled"]["cells"]) & set(run_differences.SETTINGS)
    lines = data_frames.runs(Runs(workspace).list()).set_index("Run")
    assert lines.loc["Spoiled", ["Settings", "Epochs"]].tolist() == ["", ""]
    assert lines.loc["First try", "Epochs"] == "3 + 2"
    keys = [button.key for button in app.button]
    assert "runs_again" not in keys
    assert "runs_delete" in keys
    Runs(workspace).delete(damaged.id)  # what the button does
    assert damaged.id not in [one.id for one in Runs(workspace).list()]


def test_evaluate_trains_nothing_with_settings_that_nobody_knows(
    open_page: Open, damaged: Run
) -> None:
    app = open_page("evaluate", run=damaged.id)
    app.session_state[f"relabel_{damaged.photo_set_id}"] = {0: label_verdicts.BAD}
    app.run()
    assert not app.button(key="relabel_apply").disabled
    assert app.button(key="relabel_train").disabled


def test_photos_can_still_be_changed(
    open_page: Open, damaged: Run, photo_set: PhotoSetRow, workspace: Workspace
) -> None:
    newer = Versions(workspace).edit(photo_set.id, RemovePhotos((0,)))
    app = open_page("photos", set=newer.id)
    assert not app.exception
    assert not app.error
