"""Who has no token finds nothing, and nobody finds too much."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import pytest
import requests

from pipeline.phone import door
from pipeline.phone.switch import Phone
from pipeline.wording import phone_text

ELSEWHERE = (
    "/",
    "/favicon.ico",
    "/photos",
    "/classify",
    "/_stcore/health",
    "/_stcore/host-config",
    "/api/v1/health",
    "/api/v1/runs",
    "/media/x.png",
    "/static/index.html",
    "//",
    "/%00/",
    "/..%2f..%2fetc/passwd",
)
# Below the token: everything but the few addresses that the page has.
BELOW = (
    "../",
    "switch.py",
    "phone.html",
    "..%2fswitch.py",
    "%2e%2e/%2e%2e/pipeline/errors.py",
    "....//phone.js",
    "ask/",
    "ask/runs",
    "ask/imports/",
    "ask/imports/job-0000000000",
    "ask/imports/..%2f..%2fetc%2fpasswd",
    "_stcore/health",
    "api/v1/runs",
)


def origin(phone: Phone) -> str:
    found = urlsplit(phone.address)
    return f"{found.scheme}://{found.netloc}"


def raw(phone: Phone, path: str) -> requests.Response:
    """Ask for a path as it is written."""
    with requests.Session() as session:
        asked = session.prepare_request(requests.Request("GET", origin(phone)))
        asked.url = origin(phone) + path
        return session.send(asked, timeout=5)


def test_the_rest_of_the_app_is_not_there(phone: Phone) -> None:
    for path in ELSEWHERE:
        answer = raw(phone, path)
        assert (answer.status_code, answer.json()) == (404, {"error": phone_text.OVER}), path
    for path in BELOW:
        answer = raw(phone, urlsplit(phone.address).path + path)
        assert (answer.status_code, answer.json()) == (404, {"error": phone_text.OVER}), path


def test_a_wrong_token_and_none_are_the_same(phone: Phone) -> None:
    token = phone.address.rstrip("/").rpartition("/")[2]
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for shown in (wrong, token[:-1], token.swapcase(), "x"):
        answer = requests.get(f"{origin(phone)}/{shown}/", timeout=5)
        assert (answer.status_code, answer.json()) == (404, {"error": phone_text.OVER})
        answer = requests.post(
            f"{origin(phone)}/{shown}/ask/classify", files={"photos": b"x"}, timeout=5
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("path", ["", "phone.js", "phone.css", "ask/state", "ask/nothing", "../x/"])
def test_no_answer_is_kept_told_or_put_into_another_page(phone: Phone, path: str) -> None:
    answer = requests.get(phone.address + path, timeout=30)
    assert {name: answer.headers[name] for name in door.HEADERS} == dict(door.HEADERS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_token_stands_in_no_log(phone: Phone, caplog: pytest.LogCaptureFixture, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    token = phone.address.rstrip("/").rpartition("/")[2]
    for path in ("", "ask/state", "ask/nothing", "ask/imports/x"):
        requests.get(phone.address + path, timeout=30)
    requests.post(f"{phone.address}ask/photos", data=b"no form", timeout=5)
    seen, written = "".join(capfd.readouterr()), caplog.text
    mine = [line for line in written.splitlines() if "urllib3" not in line]
    assert token not in seen
    assert not [line for line in mine if token in line]


def test_who_asks_too_often_waits(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PER_SECOND", 0.0)
    phone.on()
    with requests.Session() as session:
        answers = [session.get(f"{phone.address}phone.css", timeout=5) for _ in range(90)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert refused[0].json() == {"error": phone_text.TOO_FAST}
    assert refused[0].headers["Retry-After"] == "1"


def test_who_opens_a_page_gets_one(phone: Phone) -> None:
    answer = requests.get(f"{origin(phone)}/old/", headers={"Accept": "text/html"}, timeout=5)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert phone_text.OVER in answer.text
