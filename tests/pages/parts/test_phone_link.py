"""The phone's switch on the pages: quiet, explained, and off until somebody wants it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import requests
from streamlit.testing.v1 import AppTest

from pages.ui.parts import phone_link
from pipeline.phone import where
from pipeline.phone.where import Where
from pipeline.settings import mode
from pipeline.wording import phone_text
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, alts, words


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The network is this computer; the port is any that is free."""
    monkeypatch.setattr(where, "find", lambda: Where("127.0.0.1", 0, False, None))
    yield
    phone_link.current().off()


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def shown(app: AppTest) -> str:
    """The address that stands beside the code."""
    return str(app.code[-1].value)


@pytest.mark.parametrize("page", ["photos", "classify"])
def test_it_is_off_and_says_what_would_become_reachable(
    here: None, open_page: Open, run: Run, page: str
) -> None:
    app = open_page(page)
    assert phone_text.REACHABLE not in words(app)
    app = press(app, "phone_button")
    assert phone_text.REACHABLE in words(app)
    assert phone_text.WHERE in words(app)
    assert phone_link.current().link is None
    app = press(app, "phone_button")
    assert phone_text.REACHABLE not in words(app)


@pytest.mark.parametrize(("page", "way"), [("photos", "photos"), ("classify", "classify")])
def test_on_it_shows_the_code_and_the_address_and_off_it_is_refused(
    here: None, open_page: Open, run: Run, page: str, way: str
) -> None:
    app = press(press(open_page(page), "phone_button"), "phone_on")
    assert not app.exception
    address = shown(app)
    assert address == f"{phone_link.current().address}#{way}"
    assert "The code to scan with the phone" in alts(app)
    assert "On the phone until" in words(app)
    assert phone_text.KEEP_SECRET in words(app)
    assert requests.get(address, timeout=10).status_code == 200
    app = press(app, "phone_off")
    assert phone_text.REACHABLE in words(app)
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)


def test_whoever_closes_the_card_still_sees_that_it_is_on(
    here: None, open_page: Open, run: Run
) -> None:
    app = press(press(open_page("classify"), "phone_button"), "phone_on")
    app = press(app, "phone_button")
    assert "On the phone until" in words(app)
    assert alts(app) == []
    assert "On the phone until" in words(open_page("photos"))


def test_the_phone_asks_the_run_that_the_page_shows(here: None, open_page: Open, run: Run) -> None:
    open_page("classify")
    assert phone_link.current().desk.run == run.id


def test_the_demo_says_how_else_and_cannot_be_switched_on(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(mode.VARIABLE, "demo")
    app = press(open_page("photos"), "phone_button")
    assert phone_text.NOT_IN_DEMO in words(app)
    assert not [one for one in app.button if one.key == "phone_on"]


def test_without_a_network_it_says_how_a_proxy_does_it(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, "in_the_network", lambda: None)
    app = press(open_page("photos"), "phone_button")
    assert phone_text.NO_NETWORK in words(app)
    assert not [one for one in app.button if one.key == "phone_on"]


def test_the_code_is_dark_on_light_and_says_the_address() -> None:
    address = "http://192.168.0.7:8530/RRCuiGTYoxRFApdxshpwrx0JuzZ843TP/#photos"
    seen = cv2.imdecode(np.frombuffer(phone_link._code(address), np.uint8), cv2.IMREAD_COLOR)
    assert seen[0, 0].tolist() == [255, 255, 255]
    assert cv2.QRCodeDetector().detectAndDecode(seen)[0] == address
