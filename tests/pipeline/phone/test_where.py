"""Which address a phone opens."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from pipeline.errors import SettingError
from pipeline.phone import where
from pipeline.settings import mode
from pipeline.settings.environment import PHONE_PORT


def test_in_a_network_it_is_this_computers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "in_the_network", lambda: "192.168.0.7")
    found = where.find()
    assert (found.host, found.port, found.is_fixed) == ("192.168.0.7", PHONE_PORT, False)
    assert found.leads_to(9999) == "http://192.168.0.7:9999"


def test_without_a_network_it_says_how_a_proxy_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "in_the_network", lambda: None)
    with pytest.raises(SettingError, match="PAWTUNE_PHONE_ADDRESS"):
        where.find()


def test_a_proxy_is_what_the_phone_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where, "in_the_network", lambda: None)
    monkeypatch.setenv("PAWTUNE_PHONE_ADDRESS", "https://paw.example.org/phone/")
    monkeypatch.setenv("PAWTUNE_PHONE_PORT", "9001")
    found = where.find()
    assert (found.port, found.is_fixed) == (9001, True)
    assert found.leads_to(9001) == "https://paw.example.org/phone"


def test_never_in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(mode.VARIABLE, "demo")
    monkeypatch.setenv("PAWTUNE_PHONE_ADDRESS", "https://paw.example.org")
    with pytest.raises(SettingError, match="demo"):
        where.find()


@pytest.mark.parametrize("own", ["127.0.0.1", "0.0.0.0", "169.254.3.4"])
def test_an_address_that_no_phone_reaches_is_none(
    monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    class Asked(socket.socket):
        def connect(self, _address: Any) -> None:
            """Nobody is asked."""

        def getsockname(self) -> Any:
            return own, 1

    monkeypatch.setattr(where.socket, "socket", Asked)
    assert where.in_the_network() is None


def test_a_computer_without_a_way_out_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Asked(socket.socket):
        def connect(self, _address: Any) -> None:
            raise OSError

    monkeypatch.setattr(where.socket, "socket", Asked)
    assert where.in_the_network() is None
