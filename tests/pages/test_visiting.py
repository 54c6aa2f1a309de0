"""Who is looking. A change in Streamlit must fail here, before visitors see each other's photos."""

from __future__ import annotations

import os
import re

import pytest
import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from streamlit.web.server.starlette import starlette_routes, starlette_server_config
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from pages.ui import visitor as looking
from pages.ui.visitor import COOKIE, of_cookie
from pipeline.errors import SettingError
from pipeline.settings import mode


def server_answer(cookie: str | None = None) -> str:
    """The whole `Set-Cookie` line of Streamlit's server to a browser with this cookie."""
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else []
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": headers})
    response = PlainTextResponse("ok")
    starlette_routes._ensure_xsrf_cookie(request, response)
    (line,) = [value for name, value in response.raw_headers if name == b"set-cookie"]
    return line.decode()


def cookie_in(line: str) -> str:
    found = re.fullmatch(rf"{COOKIE}=([^;]+);.*", line)
    assert found
    return found[1]


def test_the_cookie_is_the_one_that_streamlit_keeps() -> None:
    assert starlette_server_config.XSRF_COOKIE_NAME == COOKIE


def test_each_browser_gets_a_secret_of_its_own_and_keeps_it() -> None:
    first = [cookie_in(server_answer()) for _ in range(20)]
    visitors = [of_cookie(cookie) for cookie in first]
    assert len(set(visitors)) == 20
    assert all(re.fullmatch("[0-9a-f]{32}", visitor or "") for visitor in visitors)
    later = cookie_in(server_answer(first[0]))
    assert later != first[0], "masked anew"
    assert of_cookie(later) == visitors[0]


def test_other_sites_do_not_get_the_cookie_along() -> None:
    attributes = server_answer().split("; ")[1:]
    assert "SameSite=Lax" in attributes
    assert not any(one.startswith("Domain") for one in attributes), "for this host alone"


def test_a_visitor_cannot_be_read_from_the_database() -> None:
    secret = os.urandom(16)
    visitor = of_cookie(generate_xsrf_token_string(secret, 1))
    assert visitor
    assert secret.hex() not in visitor


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "2|",
        "2|00000000||1700000000",
        "2|00000000|00|1700000000",
        "2|00000000|" + "00" * 15 + "|1",
        "2|00000000|" + "00" * 17 + "|1",
        "2|0000|" + "00" * 16 + "|1",
        "2|zz|zz|zz",
        "2|é|é|1",
        "00" * 15,
        "nonsense",
        "1|2|3|4|5",
        "\0",
    ],
)
def test_what_is_no_whole_secret_is_nobodys(value: str | None) -> None:
    assert of_cookie(value) is None


def test_on_ones_own_computer_nobody_is_told_apart() -> None:
    assert looking.visitor() is None


def test_the_demo_never_takes_a_stranger_for_everybody(monkeypatch) -> None:
    """Without the cookie, even without a session: who sees all is None, and it is never that."""
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    assert looking.visitor() == mode.NOBODY


def test_the_cookie_of_the_request_decides(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    seen = set()
    for _ in range(2):
        cookie = cookie_in(server_answer())
        monkeypatch.setattr(type(st.context), "cookies", {looking.COOKIE: cookie})
        assert looking.visitor() == looking.of_cookie(cookie)
        seen.add(looking.visitor())
    assert len(seen) == 2


def test_a_mode_that_there_is_not_lets_nobody_in(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "public")
    with pytest.raises(SettingError):
        looking.visitor()


@pytest.mark.parametrize("option", ["server.enableXsrfProtection", "server.enableCORS"])
def test_without_streamlits_protection_there_is_no_demo(monkeypatch, option: str) -> None:
    options = {"server.enableXsrfProtection": True, "server.enableCORS": True, option: False}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    looking.expect_protection()  # on one's own computer it is one's own choice
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with pytest.raises(SettingError, match=option):
        looking.expect_protection()


def test_the_repositorys_own_settings_are_enough(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    looking.expect_protection()
