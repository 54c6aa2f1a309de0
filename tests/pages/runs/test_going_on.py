"""Continue, and packing what was learned: offered where there is something to go on to."""

from __future__ import annotations

import dataclasses

import pytest

from pipeline.evaluation.learning_curve import Cut, EarlyEnd
from pipeline.jobs.queue import Jobs
from pipeline.network.names import LAST_FILE
from pipeline.settings.train_config import FEATURE_EXTRACTION
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from tests.pages.conftest import Open, words

DIVERGED = dataclasses.asdict(EarlyEnd(Cut.DIVERGED, FEATURE_EXTRACTION))
LONGER = {"epochs": 3, "fine_tune_epochs": 9, "image_size_px": 96}


@pytest.mark.parametrize(
    ("columns", "offered"),
    [
        ({"state": "done"}, ""),
        ({"state": "done", "config": LONGER}, "continue"),
        ({"state": "stopped", "config": LONGER}, "continue"),
        ({"state": "stopped", "config": LONGER, "early_end": DIVERGED}, ""),
        ({"state": "interrupted", "config": LONGER, "can_answer": False}, "continue, pack"),
        ({"state": "failed", "config": LONGER, "can_answer": False}, "continue, pack"),
        ({"state": "interrupted"}, "pack"),
        ({"state": "running", "config": LONGER}, ""),
    ],
)
def test_what_is_offered(open_page: Open, workspace: Workspace, run: Run, columns, offered) -> None:
    with workspace.database.writing() as session:
        for name, value in columns.items():
            setattr(find(session, run.id), name, value)
    app = open_page("runs", run=run.id)
    assert not app.exception
    keys = [button.key for button in app.button if button.key]
    found = [name for name in ("continue", "pack") if f"runs_{name}" in keys]
    assert ", ".join(found) == offered


@pytest.mark.parametrize(("name", "pack"), [("continue", None), ("pack", True)])
def test_it_is_queued(open_page: Open, workspace: Workspace, run: Run, name: str, pack) -> None:
    (run.folder / LAST_FILE).touch()
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.config, record.state = LONGER, "interrupted"
    open_page("runs", run=run.id).button(key=f"runs_{name}").click().run()
    (job,) = (job for job in Jobs(workspace).active() if job.kind == "train")
    assert (job.run_id, job.request["resume"], job.request.get("pack")) == (run.id, True, pack)
    assert Runs(workspace).get(run.id).state in ("queued", "running")


def test_a_training_that_went_astray_is_told_and_advised_on(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.state, record.early_end = "stopped", DIVERGED
        record.config = {"epochs": 9, "fine_tune_epochs": 0, "learning_rate": 0.1}
        record.error = "The training went astray in epoch 6."
    said = words(open_page("runs", run=run.id))
    assert "went astray in epoch 6" in said
    assert "In epoch 6 the training loss is no number any more" in said
    assert "You stopped it" not in said
    assert "The best until then was kept" in said
