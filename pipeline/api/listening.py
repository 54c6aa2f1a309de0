"""Ports of our own servers."""

from __future__ import annotations

import os
import socket

import psutil


def listen(host: str, port: int, family: int = socket.AF_INET) -> socket.socket:
    """A socket that listens, whose connections send at once what they are given.

    Connections inherit the option from it on Linux and macOS. asyncio asks for it itself only where
    a socket names its protocol, which one of `socket.create_server` does not; and without it the
    end of an answer waits for the acknowledgement of its beginning, 40 ms on Linux.

    Args:
        host: An address of this computer.
        port: Where; 0 for any that is free.
        family: The kind of address.

    Raises:
        OSError: If that cannot be.
    """
    listening = socket.create_server((host, port), family=family)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def send_at_once() -> None:
    """Let the connections do so of whatever this process listens on already: Streamlit's, too."""
    for one in psutil.Process().net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN:
            with socket.socket(fileno=os.dup(one.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
