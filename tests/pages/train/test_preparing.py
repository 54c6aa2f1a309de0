"""Preparing what tuning needs, as the bench shows it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pipeline.errors import NotReady, QuotaError
from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open, words


def waiting(workspace: Workspace) -> list[str]:
    return [job.id for job in Jobs(workspace).active() if job.kind == "prepare"]


def test_it_is_asked_for_once_and_can_be_stopped(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    (job,) = waiting(workspace)
    app.run()
    assert waiting(workspace) == [job]
    app.button(key=f"stop_{job}").click().run()
    assert waiting(workspace) == []
    assert app.run().button(key="train_prepare"), "and is not asked for again by itself"
    assert waiting(workspace) == []
    app.button(key="train_prepare").click().run()
    assert len(waiting(workspace)) == 1


def test_what_failed_is_asked_for_again_by_a_press_alone(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    (job,) = waiting(workspace)
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job)).one()
        record.state, record.error = JobState.FAILED, "It does not fit into the cache."
    for look in (app.run(), open_page("train")):
        assert "It does not fit into the cache" in words(look)
        assert waiting(workspace) == []
    app.run().button(key="train_prepare").click().run()
    assert len(waiting(workspace)) == 1


@pytest.mark.parametrize("kind", [NotReady, QuotaError])
def test_why_it_cannot_be_is_a_sentence(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def refuse(_self: Jobs, _of: str, _config: TrainConfig, again: bool = False) -> None:
        raise kind("Nothing can be tried at once here.")

    monkeypatch.setattr(Jobs, "prepare", refuse)
    app = open_page("train")
    assert not app.exception
    assert "Nothing can be tried at once here" in words(app)
    assert app.button(key="train_start")
