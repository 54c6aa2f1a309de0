"""What a phone brings appears on the page that it was brought to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from pages.ui.parts import phone_link
from pages.ui.parts.import_card import JOB
from pipeline.phone import where
from pipeline.phone.inbox import Came
from pipeline.phone.switch import Phone
from pipeline.phone.where import Where
from pipeline.settings import mode
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState
from tests.pages.conftest import Open
from tests.pages.photos.boxes import made, name, opened, said
from tests.pages.photos.conftest import change, queued
from tests.workspaces import jpeg


@pytest.fixture
def phone(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    """It is on already; the network is this computer."""
    monkeypatch.setattr(where, "find", lambda: Where("127.0.0.1", 0, False, None))
    phone = phone_link.current()
    phone.on()
    yield phone
    phone.off()


def bring(phone: Phone, goal: str, of: str, *files: tuple[str, bytes]) -> dict:
    told: dict = requests.post(
        f"{phone.address}ask/photos",
        params={"goal": goal, "class": of},
        files=[("photos", one) for one in files],
        timeout=30,
    ).json()
    return told


def test_photos_for_a_box_wait_in_it(no_first_import, open_page: Open, phone: Phone) -> None:
    app = name(opened(open_page), 2, "Rex")
    assert phone.desk.goal is not None
    assert dict(phone.desk.goal.classes) == {"1": "Class 1", "2": "Rex"}
    files = (("a.jpg", jpeg((200, 0, 0))), ("b.jpg", b"text"), ("c.jpg", jpeg((0, 200, 0))))
    told = bring(phone, "new", "2", *files)
    assert (told["received"], told["accepted"], len(told["rejected"])) == (3, 2, 1)
    app = app.run()
    (box,) = [one for one in made(app).boxes.boxes if one.number == 2]
    assert [made(app).files[photo].name for photo in box.photos] == ["a.jpg", "c.jpg"]
    assert set(made(app).looks) == set(box.photos)
    assert "3 photos came" in said(app)
    app.button(key="new_set_undo").click().run()
    assert not made(app).boxes.photos


def test_photos_of_a_box_that_has_gone_wait_to_be_labelled(
    no_first_import, open_page: Open, phone: Phone, workspace: Workspace
) -> None:
    app = opened(open_page)
    kept = workspace.uploads_folder / "kept.zip"
    phone.desk.inbox.put(Came("7", kept, (("../a.jpg", 3),)))
    app = app.run()
    assert [made(app).files[photo].name for photo in made(app).boxes.pile] == ["../a.jpg"]


def test_photos_for_a_set_are_imported_and_their_card_is_shown(
    open_page: Open, photo_set: PhotoSetRow, phone: Phone, workspace: Workspace
) -> None:
    app = open_page("photos")
    goal = phone.desk.goal
    assert goal is not None
    assert (goal.id, goal.into, list(goal.classes)) == (
        photo_set.album_id,
        photo_set.id,
        list(photo_set.classes),
    )
    told = bring(phone, goal.id, "red", ("a.jpg", jpeg((200, 0, 0), 99)))
    (job,) = queued(workspace)
    assert (job.id, job.request["into"], job.request["label"]) == (
        told["job"],
        photo_set.id,
        "red",
    )
    app = app.run()
    assert app.session_state[JOB] == job.id
    change(workspace, job.id, state=JobState.DONE)
    assert JOB not in open_page("photos").session_state, "who comes later has not waited for it"


def test_an_earlier_version_takes_no_photos(
    open_page: Open, photo_set: PhotoSetRow, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PhotoSetRow, "is_newest", property(lambda _row: False))
    open_page("photos")
    assert phone.desk.goal is None


def test_a_visitor_of_the_demo_offers_nothing(
    open_page: Open, photo_set: PhotoSetRow, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(mode.VARIABLE, "demo")
    app = open_page("photos")
    assert not app.exception
    assert phone.desk.goal is None
