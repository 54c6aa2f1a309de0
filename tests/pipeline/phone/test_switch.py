"""On for an hour, off at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests

from pipeline.errors import SettingError
from pipeline.phone import switch
from pipeline.phone.switch import Phone
from pipeline.settings import mode
from pipeline.wording import phone_text
from pipeline.workspace.home import Workspace
from tests.workspaces import wait_for


def test_it_is_off_until_somebody_switches_it_on(workspace: Workspace) -> None:
    phone = Phone(lambda: workspace)
    assert (phone.link, phone.address) == (None, "")


def test_on_it_answers_and_off_nobody_does(phone: Phone) -> None:
    address = phone.address
    assert requests.get(address, timeout=5).status_code == 200
    phone.off()
    assert (phone.link, phone.address) == (None, "")
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    assert "phone" not in {one.name for one in threading.enumerate()}


def test_the_next_time_the_old_code_is_good_for_nothing(phone: Phone) -> None:
    before = urlsplit(phone.address).path
    phone.on()
    now = urlsplit(phone.address)
    answer = requests.get(f"{now.scheme}://{now.netloc}{before}", timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"error": phone_text.OVER})
    assert requests.get(phone.address, timeout=5).status_code == 200


def test_after_its_hour_it_says_so_in_one_sentence(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = phone.address
    now = datetime.now(UTC) + timedelta(hours=1, seconds=1)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return now

    monkeypatch.setattr("pipeline.phone.link.datetime", Later)
    answer = requests.get(address, headers={"Accept": "text/html"}, timeout=5)
    assert (answer.status_code, phone.link) == (404, None)
    assert phone_text.OVER in answer.text
    assert "<script" not in answer.text


def test_some_minutes_after_its_end_it_listens_no_longer(
    here: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = switch.Link.new()
    over = replace(made, until=datetime.now(UTC))
    monkeypatch.setattr(switch.Link, "new", lambda: over)
    monkeypatch.setattr(switch, "_TELLS_S", 0.01)
    phone = Phone(lambda: workspace)
    phone.on()
    wait_for(
        lambda: "phone" not in {one.name for one in threading.enumerate()}, "the listener's end"
    )


def test_in_the_demo_it_cannot_be_switched_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(mode.VARIABLE, "demo")
    phone = Phone(lambda: workspace)
    with pytest.raises(SettingError, match="demo"):
        phone.on()
    assert phone.link is None
