"""Taking a run away: what is offered, what is made, what is said of it."""

from __future__ import annotations

import csv
import io
import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.exporting.formats import FORMATS
from pipeline.jobs import dispatch, export_job
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open, look_at, words
from tests.workspaces import add_run


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is submitted waits in the queue."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


def work_off(workspace: Workspace) -> dict[str, Any]:
    """Do the waiting export in this process, as the worker does."""
    with workspace.database.writing() as session:
        job = session.query(JobRecord).where(JobRecord.kind == "export").one()
        job.state, job.result = "done", export_job.export_run(workspace, job, _silent)
        return dict(job.result)


def _silent(*_: object, **__: object) -> None: ...


def downloads(app: AppTest) -> Iterator[str]:
    return (str(button.key) for button in app.get("download_button"))


def test_every_form_has_a_card_with_its_words(open_page: Open, run: Run) -> None:
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    text = words(app)
    for form in FORMATS.values():
        assert f"**{form.label}**" in text
        assert form.what in text
        made = any(button.key == f"take_{form.name}" for button in app.button)
        assert made is (form.missing is None)
    commands = [code.value for code in app.code]
    assert ["tensorboard", "--logdir", str(run.folder.parent)] in map(shlex.split, commands)


def test_a_bundle_is_made_checked_and_downloaded(
    workspace: Workspace, no_workers: None, open_page: Open, run: Run, tmp_path: Path
) -> None:
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    app.button(key="take_bundle").click().run()
    assert not app.exception
    job = Jobs(workspace).latest("export", run=run.id, format="bundle")
    assert job is not None and job.state in ACTIVE
    assert "Exporting a run: waiting" in [link.proto.label for link in app.get("page_link")]

    result = work_off(workspace)
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    said = words(app)
    assert f"on {result['photos']} photos: no probability differs by more than 0.00000" in said
    assert "take_download_bundle" in downloads(app)
    assert "take_download_keras" not in downloads(app)
    with zipfile.ZipFile(workspace.exports_folder / result["file"]) as archive:
        archive.extractall(tmp_path / "taken")
    photo = next((tmp_path / "taken/photos").iterdir())
    program = [sys.executable, tmp_path / "taken/predict.py", photo]
    answer = json.loads(subprocess.run(program, capture_output=True, check=True).stdout)
    assert answer["class"] in run.classes


def test_a_swept_file_can_be_made_again(
    workspace: Workspace, no_workers: None, open_page: Open, run: Run
) -> None:
    Jobs(workspace).submit_export(run.id, "report")
    (workspace.exports_folder / work_off(workspace)["file"]).unlink()
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    assert app.button(key="take_report")
    assert "take_download_report" not in downloads(app)


def test_a_file_of_an_earlier_name_is_not_offered(
    workspace: Workspace, no_workers: None, open_page: Open, run: Run
) -> None:
    Jobs(workspace).submit_export(run.id, "report")
    work_off(workspace)
    assert "take_download_report" in downloads(
        look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    )
    Runs(workspace).rename(run.id, "Second name")
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    assert "take_download_report" not in downloads(app)
    assert app.button(key="take_report")


def test_answers_come_as_a_table(workspace: Workspace, open_page: Open, run: Run) -> None:
    from pages.ui import stores

    assert {"take_curves", "take_answers"} <= set(
        downloads(look_at(open_page("runs", run=run.id), "runs_tabs", "Export"))
    )
    rows = list(csv.DictReader(io.StringIO(stores.runs().predictions_csv(run.id))))
    assert len(rows) == run.test["photos"] if run.test else 0
    assert {row["is"] for row in rows} <= set(run.classes)


def test_what_8_bits_cost_stands_on_the_card(
    workspace: Workspace, no_workers: None, open_page: Open, run: Run
) -> None:
    """Table and verdict; another loss that is allowed asks anew."""
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    app.button(key="take_int8").click().run()
    side = {"bytes": 8_900_000, "milliseconds": 8.0, "accuracy": 0.98, "low": 0.95, "high": 0.99}
    pairs = {"both_right": 46, "only_a": 1, "only_b": 0, "both_wrong": 1}
    small = {"split": "test", "pairs": pairs, "before": side, "after": side | {"bytes": 2_700_000}}
    with workspace.database.writing() as session:
        job = session.query(JobRecord).where(JobRecord.kind == "export").one()
        assert job.request["max_loss"] == "1"
        name = f"{run.id}-int8.zip"
        (workspace.exports_folder / name).write_bytes(b"zip")
        job.state, job.result = "done", {"file": name, "photos": 48, "eight_bit": small}
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    said = words(app)
    assert "| Size | 8.9 MB | 2.7 MB |" in said
    assert "Both were asked about 48 test photos" in said
    assert "take_download_int8" in downloads(app)
    app.slider(key="take_max_loss_int8").set_value(0.5).run()
    assert "take_download_int8" not in downloads(app)
    assert app.button(key="take_int8")


def test_a_run_without_a_network_offers_script_and_report(
    workspace: Workspace, open_page: Open, photo_set: PhotoSetRow
) -> None:
    run = add_run(workspace, photo_set.id)
    with workspace.database.writing() as session:
        find(session, run.id).can_answer = False
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    keys = {str(button.key) for button in app.button}
    assert {"take_script", "take_report"} <= keys
    assert not {"take_bundle", "take_keras", "take_savedmodel"} & keys
    assert "ended before it had a network" in words(app)


def test_answers_about_all_photos_that_judged_it(
    open_page: Open, workspace: Workspace, run: Run, judged: Run
) -> None:
    assert "take_all_answers" in downloads(
        look_at(open_page("runs", run=judged.id), "runs_tabs", "Export")
    )
    assert "take_all_answers" not in downloads(
        look_at(open_page("runs", run=run.id), "runs_tabs", "Export")
    )
    told = list(csv.DictReader(io.StringIO(Runs(workspace).cross_validated_csv(judged.id))))
    assert len(told) == 40
    assert sum(line["is"] != line["called"] for line in told) == 2
    assert Runs(workspace).cross_validated_csv(run.id) == ""
