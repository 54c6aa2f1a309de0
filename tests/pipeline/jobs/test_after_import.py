"""An import, and the training that follows it: both are asked for, or neither."""

from __future__ import annotations

import dataclasses

import pytest

from pipeline.errors import JobError
from pipeline.jobs.after_import import AfterImport
from pipeline.jobs.awaited import AWAITS
from pipeline.jobs.queue import Jobs
from pipeline.settings import mode
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import JobState

QUICKLY = PRESETS[QUICK].config


def test_the_training_waits_for_the_import(workspace: Workspace) -> None:
    both = AfterImport(workspace).submit("drawn:pets", "Mia and Rex", QUICKLY)
    assert both.importing.request["name"] == "Mia and Rex"
    assert both.training.request[AWAITS] == both.importing.id
    assert both.training.request["config"] == QUICKLY.to_json()
    assert (both.training.title, both.training.run_id) == ("Train Mia and Rex", None)
    assert [job.id for job in Jobs(workspace).active()] == [both.importing.id, both.training.id]


def test_where_the_training_is_refused_the_import_does_not_stay(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    demo = dataclasses.replace(mode.DEMO, visitor_waiting_jobs=1)
    monkeypatch.setattr(mode, "DEMO", demo)
    queue = AfterImport(workspace, "a" * 32)
    with pytest.raises(JobError, match="the most at a time"):
        queue.submit("drawn:pets", "Pets", QUICKLY)
    assert queue.active() == ()
    latest = queue.latest("import")
    assert latest is not None and latest.state == JobState.STOPPED
