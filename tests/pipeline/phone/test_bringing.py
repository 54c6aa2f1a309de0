"""Every photo is accounted for, whichever way it goes."""

from __future__ import annotations

import dataclasses
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.api.multipart import Part
from pipeline.api.refused import Refused
from pipeline.jobs import import_job
from pipeline.jobs.queue import Jobs
from pipeline.phone import bringing
from pipeline.phone.bringing import Bringing
from pipeline.phone.goal import Goal
from pipeline.phone.inbox import Inbox
from pipeline.settings import mode
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord
from tests.workspaces import add_photo_set, class_folders, decoder, jpeg

BOXES = Goal("new", "New set", {"1": "cat"})


def part(name: str, data: bytes) -> Part:
    return Part(name, len(data), bytearray(data))


def record(session: Session, job_id: str) -> JobRecord:
    return session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def bring(workspace: Workspace, inbox: Inbox) -> Bringing:
    return Bringing(lambda: workspace, decoder, inbox)


def test_for_the_boxes_what_can_be_used_waits_and_the_rest_is_told(
    bring: Bringing, inbox: Inbox
) -> None:
    photos = [jpeg((200, 0, 0), seed) for seed in range(2)]
    told = bring.bring(
        BOXES,
        "1",
        [part("image.jpg", photos[0]), part("a.txt", b"hello"), part("image.jpg", photos[1])],
    )
    assert (told["received"], told["accepted"], len(told["rejected"])) == (3, 2, 1)
    assert told["rejected"][0]["name"] == "a.txt"
    (came,) = inbox.take()
    assert came.box == "1"
    assert [name for name, _ in came.photos] == ["image.jpg", "image.jpg"]
    with zipfile.ZipFile(came.kept) as kept:
        assert [kept.read(one) for one in kept.infolist()] == photos


def test_nothing_waits_where_nothing_can_be_used(
    bring: Bringing, inbox: Inbox, workspace: Workspace
) -> None:
    told = bring.bring(BOXES, "1", [part("a.txt", b"hello")])
    assert (told["received"], told["accepted"], len(told["rejected"])) == (1, 0, 1)
    assert not len(inbox)
    assert not list(workspace.uploads_folder.iterdir())


@pytest.mark.usefixtures("no_workers")
def test_into_a_set_they_go_by_an_import_that_tells(
    bring: Bringing, workspace: Workspace, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    small = dataclasses.replace(mode.LOCAL.limits, file_bytes=20_000)
    monkeypatch.setattr(mode, "LOCAL", dataclasses.replace(mode.LOCAL, limits=small))
    goal = Goal(row.album_id, row.name, {"red": "red"}, into=row.id)
    large = Part("huge.jpg", 20_001)
    told = bring.bring(
        goal, "red", [part("a.jpg", jpeg((250, 9, 9), 7)), part("b.txt", b"hello"), large]
    )
    assert [one["name"] for one in told["rejected"]] == ["huge.jpg"]
    assert (told["received"], told["accepted"]) == (1, 0)
    assert bring.account(told["job"]) == {"finished": False}
    assert bring.jobs == (told["job"],)

    with workspace.database.writing() as session:
        job = record(session, told["job"])
        session.expunge(job)
    result = import_job.import_source(workspace, job, lambda *_: None)
    with workspace.database.writing() as session:
        kept = record(session, told["job"])
        kept.state, kept.result = JobState.DONE, result
    account = bring.account(told["job"])
    assert (account["finished"], account["received"], account["accepted"]) == (True, 2, 1)
    assert account["rejected"][0]["name"] == "b.txt"
    newest = PhotoSets(workspace).list()[0]
    assert newest.class_sizes["red"] == row.class_sizes["red"] + 1


@pytest.mark.usefixtures("no_workers")
def test_an_import_that_fails_rejects_each_photo_with_its_reason(
    bring: Bringing, workspace: Workspace, tmp_path
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    goal = Goal(row.album_id, row.name, {"red": "red"}, into=row.id)
    told = bring.bring(goal, "red", [part(f"{n}.jpg", jpeg((250, 9, 9), n)) for n in range(2)])
    with workspace.database.writing() as session:
        kept = record(session, told["job"])
        kept.state, kept.error = JobState.FAILED, "The disk is full."
    account = bring.account(told["job"])
    assert (account["received"], account["accepted"]) == (2, 0)
    assert {one["reason"] for one in account["rejected"]} == {"The disk is full."}


def test_of_other_imports_it_tells_nothing(bring: Bringing, workspace: Workspace) -> None:
    job = Jobs(workspace).submit_import("drawn:pets")
    with pytest.raises(Refused):
        bring.account(job.id)


def test_one_link_brings_so_many_photos(bring: Bringing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_PHOTOS", 2)
    bring.bring(BOXES, "1", [part("a.txt", b"hello")] * 2)
    with pytest.raises(Refused, match="2 photos at most"):
        bring.bring(BOXES, "1", [part("a.txt", b"hello")])
