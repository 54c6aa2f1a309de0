"""Answers in two parts do not wait for each other."""

from __future__ import annotations

import socket

import pytest

from pipeline.api.listening import listen, send_at_once


def test_a_connection_sends_at_once_what_it_is_given() -> None:
    with (
        listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
    ):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_refused() -> None:
    with listen("127.0.0.1", 0) as listening, pytest.raises(OSError):
        listen("127.0.0.1", listening.getsockname()[1])


def test_whatever_listens_already_may_do_so_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        send_at_once()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
