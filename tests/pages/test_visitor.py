"""Who is looking, and when nobody can be told apart."""

from __future__ import annotations

import pytest
import streamlit as st

from pages.ui import visitor
from pages.ui.visitor_cookie import PLAIN, VisitorCookie, visitor_of
from pipeline.errors import SettingError
from pipeline.settings import mode


def test_on_ones_own_computer_nobody_is_told_apart(monkeypatch) -> None:
    assert visitor.visitor() is None
    monkeypatch.setattr(type(st.context), "cookies", {PLAIN: "1" * 64})
    assert visitor.visitor() is None


@pytest.mark.parametrize("cookies", [{}, {PLAIN: ""}, {PLAIN: "forged"}, {PLAIN: "1" * 65}])
def test_the_demo_never_takes_a_stranger_for_everybody(monkeypatch, cookies: dict) -> None:
    """Without a cookie, even without a session: who sees all is None, and it is never that."""
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    assert visitor.visitor() == mode.NOBODY


def test_the_cookie_of_the_request_decides(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    seen = set()
    for digit in "12":
        cookies = {PLAIN: digit * 64}
        monkeypatch.setattr(type(st.context), "cookies", cookies)
        assert visitor.visitor() == visitor_of(cookies)
        seen.add(visitor.visitor())
    assert len(seen) == 2


def test_a_mode_that_there_is_not_lets_nobody_in(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "public")
    with pytest.raises(SettingError):
        visitor.visitor()


@pytest.mark.parametrize("option", ["server.enableXsrfProtection", "server.enableCORS"])
def test_without_streamlits_protection_there_is_no_demo(monkeypatch, option: str) -> None:
    options = {"server.enableXsrfProtection": True, "server.enableCORS": True, option: False}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    visitor.expect_protection()  # on one's own computer it is one's own choice
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with pytest.raises(SettingError, match=option):
        visitor.expect_protection()


def test_without_the_cookie_there_is_no_demo(monkeypatch) -> None:
    monkeypatch.setattr(VisitorCookie, "at_work", False)
    visitor.expect_protection()  # one's own computer needs none
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with pytest.raises(SettingError, match="make demo"):
        visitor.expect_protection()


def test_the_repositorys_own_settings_are_enough(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    visitor.expect_protection()
