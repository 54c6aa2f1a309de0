"""What the phone's page asks for, over a real connection; and what hostile callers send."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
import requests

from pipeline.phone import routes
from pipeline.phone.goal import Goal
from pipeline.phone.switch import Phone
from pipeline.wording import phone_text
from pipeline.workspace.home import Workspace
from tests.workspaces import jpeg

RED = jpeg((200, 60, 40))
BOXES = Goal("new", "New set", {"1": "cat", "2": "dog"})
TEXT = b"Hello, this is no picture."


def bring(phone: Phone, *files: tuple[str, bytes], goal="new", of="1") -> requests.Response:
    return requests.post(
        f"{phone.address}ask/photos",
        params={"goal": goal, "class": of},
        files=[("photos", one) for one in files],
        timeout=30,
    )


def test_the_page_and_what_it_loads(phone: Phone) -> None:
    kinds = {"": "text/html", "phone.css": "text/css"}
    kinds |= dict.fromkeys(routes._SCRIPTS, "text/javascript")
    for name, kind in kinds.items():
        answer = requests.get(phone.address + name, timeout=5)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"


def test_what_there_is_to_do_is_told(phone: Phone) -> None:
    told = requests.get(f"{phone.address}ask/state", timeout=30).json()
    assert (told["goal"], told["minutes"]) == (None, 60)
    phone.desk.goal = BOXES
    told = requests.get(f"{phone.address}ask/state", timeout=30).json()
    assert told["goal"]["classes"] == [
        {"id": "1", "title": "cat"},
        {"id": "2", "title": "dog"},
    ]


@pytest.mark.usefixtures("with_example")
def test_it_answers_as_programs_are_answered(phone: Phone) -> None:
    answer = requests.post(
        f"{phone.address}ask/classify", files={"photos": ("a.jpg", RED)}, timeout=30
    )
    told = answer.json()
    assert (answer.status_code, told["run"], told["accepted"]) == (200, "starter", 1)
    assert sum(told["photos"][0]["probabilities"].values()) == pytest.approx(1)
    assert phone.desk.asked == 1
    no_picture = requests.post(
        f"{phone.address}ask/classify", files={"photos": ("a.txt", TEXT)}, timeout=30
    )
    assert no_picture.status_code == 200
    assert "text file" in no_picture.json()["photos"][0]["error"]


def test_photos_for_what_the_computer_no_longer_shows_are_not_taken(phone: Phone) -> None:
    for goal, shown, of in (
        (None, "new", "1"),
        (BOXES, "album", "1"),
        (BOXES, "new", "3"),
        (BOXES, "new", "../cat"),
    ):
        phone.desk.goal = goal
        answer = bring(phone, ("a.jpg", RED), goal=shown, of=of)
        assert (answer.status_code, answer.json()) == (409, {"error": phone_text.MOVED_ON})
    assert len(phone.desk.inbox) == 0


def test_a_name_is_no_path(phone: Phone, workspace: Workspace) -> None:
    phone.desk.goal = BOXES
    before = set(workspace.home.parent.rglob("*"))
    told = bring(phone, ("../../../escaped.jpg", RED), ("/etc/passwd", RED)).json()
    assert (told["received"], told["accepted"]) == (2, 2)
    new = [path for path in workspace.home.parent.rglob("*") if path not in before]
    assert [path.parent for path in new if path.suffix == ".zip"] == [workspace.uploads_folder]


@pytest.mark.usefixtures("with_example")
def test_a_body_of_300_mb_is_refused_before_it_is_read(phone: Phone) -> None:
    """Its head alone is sent: whoever waited for the rest would wait in vain."""
    phone.desk.goal = BOXES
    found = urlsplit(phone.address)
    assert found.hostname is not None
    for path in ("ask/photos?goal=new&class=1", "ask/classify"):
        with socket.create_connection((found.hostname, found.port or 0), timeout=30) as wire:
            wire.sendall(
                f"POST {found.path}{path} HTTP/1.1\r\nHost: {found.netloc}\r\n"
                "Content-Type: multipart/form-data; boundary=x\r\n"
                f"Content-Length: {300 * 10**6}\r\n\r\n".encode()
            )
            assert wire.recv(64).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=x", 422),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
        (TEXT, "text/plain", 415),
        (TEXT, "multipart/form-data", 422),
        (b"\0" * 1000, "multipart/form-data; boundary=x", 422),
    ],
)
def test_a_body_that_is_no_form_of_photos_is_a_sentence(
    phone: Phone, body: bytes, kind: str, status: int
) -> None:
    phone.desk.goal = BOXES
    answer = requests.post(
        f"{phone.address}ask/photos",
        params={"goal": "new", "class": "1"},
        data=body,
        headers={"Content-Type": kind},
        timeout=30,
    )
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


def test_other_methods_are_not_taken(phone: Phone) -> None:
    for method, path in (("POST", "ask/state"), ("DELETE", "ask/photos"), ("PUT", "")):
        assert requests.request(method, phone.address + path, timeout=5).status_code == 405


def test_every_operation_is_one_of_the_few(phone: Phone) -> None:
    link = phone.link
    assert link is not None
    names = {one.name for one in routes.operations(phone.desk, link)}
    assert names == {"state", "photos", "import", "classify"}
