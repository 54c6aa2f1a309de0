"""The right side of the bench: the present curve, the last tries, runs that are ticked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from pages.ui.parts import ticked
from pages.ui.parts.setting_controls import FURTHER_FROM
from pages.ui.train import curves_panel
from pipeline.errors import NotReady, RunError, Stopped
from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.helpers import NotYet
from pipeline.tuning.live_curve import LiveCurve
from pipeline.tuning.messages import REPLACED
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.seals import Seals
from pipeline.workspace.tables import EpochRecord, JobRecord
from tests.pages.conftest import Open, words
from tests.pages.train.conftest import MEASURED, a_curve, chart, inside
from tests.workspaces import add_run

KINDS = ("select_slider", "slider")


def set_rate(app, rate: float):
    app.session_state["train_learning_rate"] = rate
    return app.run()


def test_a_released_control_draws_another_curve_and_leaves_a_ghost(
    live: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    before = chart(app)
    assert [line["kind"] for line in before["lines"]] == ["now"]
    after = chart(set_rate(app, 0.003))
    assert [line["kind"] for line in after["lines"]] == ["ghost", "now"]
    ghost, now = after["lines"]
    assert ghost["name"] == "lr 1e-4: 87.9 %"
    assert ghost["values"]["val_accuracy"] == before["lines"][0]["values"]["val_accuracy"][1:]
    assert now["values"]["val_accuracy"] != ghost["values"]["val_accuracy"]
    assert before["mark"] != after["mark"]
    assert not [job for job in Jobs(workspace).active() if job.kind == "train"]


def test_settings_that_come_again_are_the_same_try(
    live: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    first = chart(app)["lines"][0]["id"]
    set_rate(app, 0.003)
    lines = chart(set_rate(app, 0.0001))["lines"]
    assert [line["name"] for line in lines] == ["lr 3e-3: 90.8 %", "Now"]
    assert lines[-1]["id"] == first


def test_a_ghost_says_nothing_of_fine_tuning_that_never_was(
    live: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.session_state["train_fine_tune_epochs"] = 3
    assert [line["name"] for line in chart(app.run())["lines"]] == ["Now"]
    set_rate(app, 0.003)
    app.session_state["train_fine_tune_epochs"] = 0
    assert [line["name"] for line in chart(app.run())["lines"]] == ["lr 1e-4: 87.9 %", "Now"]


def test_the_place_of_fine_tuning_is_kept_free(
    live: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    found = chart(app)
    assert (found["last"], found["switch"], found["coming"]) == (20, 10, True)
    app.session_state["train_fine_tune_epochs"] = 0
    found = chart(app.run())
    assert (found["last"], found["switch"], found["coming"]) == (10, None, False)


def test_a_try_that_is_kept_becomes_a_run_with_its_settings(
    live: None, workspace: Workspace, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.session_state", {})
    config = TrainConfig(learning_rate=0.003, dropout=0.5)
    from pages.ui.train import tries

    kept = tries.present(photo_set.id, config, a_curve(config))
    other = replace(config, learning_rate=0.001)
    tries.present(photo_set.id, other, a_curve(other))
    curves_panel.keep(str(kept.number))
    (run,) = (run for run in Runs(workspace).list() if not run.is_example)
    assert run.config == config
    assert run.state == "queued"
    assert list(ticked.places()) == [run.id]
    curves_panel.keep("999")  # forgotten meanwhile
    assert len([run for run in Runs(workspace).list() if not run.is_example]) == 1


def test_ticked_runs_are_drawn_in_the_colours_of_their_rows(
    live: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    other = add_run(workspace, photo_set.id, "Other")
    app = open_page("train")
    app.session_state[ticked.TICKED] = {run.id: 1, other.id: 0}
    lines = chart(app.run())["lines"]
    assert [line["id"] for line in lines[:2]] == [run.id, other.id]
    rows = next(one for one in app.get("bidi_component") if one.key == "train_runs")
    colours = {row["id"]: row["colour"] for row in json.loads(rows.proto.json)["rows"]}
    assert [line["colour"] for line in lines[:2]] == [colours[run.id], colours[other.id]]


def test_a_rate_that_runs_away_is_a_sentence(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def astray(_of: str, _config: TrainConfig, _patience_s: float) -> None:
        raise RunError("The loss is no number any more. Choose a smaller rate.")

    monkeypatch.setattr("pages.ui.tuning.live_curve", astray)
    app = open_page("train")
    assert not app.exception
    assert "Choose a smaller rate" in app.warning[0].value


def captions(app: AppTest) -> str:
    return "".join(one.value for one in inside(app, "bench_curves") if one.type == "caption")


def test_a_preview_of_the_curve_comes_by_itself_or_is_skipped(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    assert "preview of the curve comes here" in app.get("progress")[0].proto.text
    assert "as soon as you start one" not in captions(app)
    app.button(key=f"stop_{app.session_state['train_prepared_for'][2]}").click().run()
    assert "curves of a training grow here as soon as you start one" in captions(app.run())


def test_the_last_tries_stay_while_the_next_one_is_prepared(
    live: None, open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("train")
    before = chart(app)["lines"]

    def missing(*_: object, **__: object) -> LiveCurve:
        raise NotReady("The photos are not prepared.")

    monkeypatch.setattr("pages.ui.tuning.live_curve", missing)
    found = chart(set_rate(app, 0.003))
    assert [line["id"] for line in found["lines"]] == [before[0]["id"]]
    assert [line["name"] for line in found["lines"]] == ["lr 1e-4: 87.9 %"]
    assert found["numbers"] == []


def test_while_a_run_is_at_work_the_numbers_are_its_own(
    live: None,
    open_page: Open,
    workspace: Workspace,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)  # no worker stands behind the row
    finished = chart(open_page("train", run=run.id))
    assert finished["numbers"][0]["value"] == "4 of 4", "the present settings'"
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.state, record.best_epoch = "running", None
        session.query(JobRecord).filter_by(id=run.job_id).one().state = "running"
        fine_tuning = EpochRecord.phase == "fine_tuning"
        session.execute(delete(EpochRecord).where(EpochRecord.run_id == run.id, fine_tuning))
    found = chart(open_page("train", run=run.id))
    assert [line["kind"] for line in found["lines"]] == ["run", "now"]
    last = run.epochs[2]
    assert found["numbers"][0]["value"] == f"{round(4 * last.val_accuracy)} of 4"
    assert found["numbers"][1]["note"] == "epoch 3"
    assert (found["switch"], found["coming"]) == (3, False), "nobody has to press Start"


def test_of_a_sealed_test_nothing_shows(
    live: None, open_page: Open, workspace: Workspace, run: Run
) -> None:
    Seals(workspace).seal(run.photo_set_id)
    app = open_page("train", run=run.id)
    said = words(app) + "".join(one.proto.json for one in app.get("bidi_component"))
    assert "75.0" not in said
    assert chart(app)["numbers"]


def test_a_curve_that_takes_longer_is_drawn_when_it_is_there(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[float] = []

    def slow(_of: str, config: TrainConfig, patience_s: float) -> LiveCurve:
        patience.append(patience_s)
        if len(patience) < 2:
            raise NotYet("A little longer.")
        return a_curve(config)

    monkeypatch.setattr("pages.ui.tuning.live_curve", slow)
    app = open_page("train")
    assert [line["kind"] for line in chart(app)["lines"]] == ["now"]
    # The page waits a moment; whoever looks again does not keep newer settings waiting.
    assert patience[0] > 0
    assert patience[1] == 0


@pytest.mark.parametrize("reason", [NotYet("A little longer."), Stopped(REPLACED)])
def test_while_it_takes_longer_that_is_said(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch, reason: Stopped
) -> None:
    """Also where it was taken back for settings that are past already."""

    def slow(*_: object, **__: object) -> LiveCurve:
        raise reason

    monkeypatch.setattr("pages.ui.tuning.live_curve", slow)
    app = open_page("train")
    assert not app.exception
    assert "Learning with these settings" in words(app)
    assert not app.warning


def test_what_goes_on_from_an_earlier_run_is_not_tried_at_once(
    live: None,
    open_page: Open,
    workspace: Workspace,
    photo_set: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = add_run(workspace, photo_set.id)
    monkeypatch.setattr("pages.ui.parts.further.can_start_another", lambda _run: True)
    app = open_page("train")
    assert [line["kind"] for line in chart(app)["lines"]] == ["now"]
    app.session_state[FURTHER_FROM] = run.id
    app.run()
    assert not app.exception
    assert "Its curves grow here after Start" in words(app)


def test_the_time_counts_what_is_kept_already(
    live: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Timings(workspace).keep(TrainConfig(), MEASURED)
    said = words(open_page("train"))
    assert "About **" in said
    assert "once features are kept" not in said
