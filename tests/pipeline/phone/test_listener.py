"""A port of its own."""

from __future__ import annotations

import socket

import pytest
import requests
from starlette.responses import PlainTextResponse

from pipeline.errors import SettingError
from pipeline.phone.listener import Listener
from pipeline.phone.where import Where


def test_it_listens_at_this_place_alone_until_it_is_closed() -> None:
    listener = Listener(PlainTextResponse("here"), Where("127.0.0.1", 0, False, None))
    address = f"http://127.0.0.1:{listener.port}/"
    answer = requests.get(address, timeout=5)
    assert (answer.text, "server" in answer.headers) == ("here", False)
    listener.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)


def test_a_port_that_is_taken_gives_way_unless_it_was_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listener = Listener(PlainTextResponse("here"), Where("127.0.0.1", port, False, None))
        listener.close()
        assert listener.port != port
        with pytest.raises(SettingError, match="PAWTUNE_PHONE_PORT"):
            Listener(PlainTextResponse("here"), Where("127.0.0.1", port, True, None))


def test_an_address_that_is_not_this_computers_is_a_sentence() -> None:
    with pytest.raises(SettingError, match=r"Received: 203\.0\.113\.9"):
        Listener(PlainTextResponse("here"), Where("203.0.113.9", 0, False, None))
