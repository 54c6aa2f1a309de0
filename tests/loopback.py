"""A web server on this machine that behaves as badly as it is told to.

with Loopback() as server:
    server.serve("/set.zip", Reply(data, cut_after=1000), Reply(data))
    download([server.url("/set.zip")], target, report)
    assert server.requests[1].headers["Range"] == "bytes=1000-"
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import pytest

PATIENCE_S = 30  # with a test that never lets a held answer go


def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this process reach any other machine: as without a network."""
    look_up = socket.getaddrinfo

    def local(host: Any, *values: Any, **options: Any) -> Any:
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return look_up(host, *values, **options)

    monkeypatch.setattr(socket, "getaddrinfo", local)
    monkeypatch.setenv("NO_PROXY", "*")


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        body: The whole file, also where only a part of it goes out.
        status: The status code of an answer from the start.
        headers: More headers, over the usual ones.
        ranges: Whether the server can go on in the middle, and gives an ETag for that.
        cut_after: Close the connection after this many bytes of the body.
        reset: Where cut, cut hard (RST) instead of closing.
        hold_after: Go silent after this many bytes until `Loopback.release` or the end.
        hold_first: Go silent before a single byte of an answer, likewise.
        hang_up: Close the connection before a single byte of an answer.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    ranges: bool = True
    cut_after: int | None = None
    reset: bool = False
    hold_after: int | None = None
    hold_first: bool = False
    hang_up: bool = False

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True)
class Request:
    """One request that came in."""

    path: str
    headers: Mapping[str, str]


class Loopback:
    """The server; a context manager. Nothing of it can be reached from another machine."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._replies: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """What `PAWTUNE_MIRROR` may be set to."""
        return self.url("/")

    def url(self, path: str) -> str:
        """The address of `path` on this server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def serve(self, path: str, *replies: Reply) -> None:
        """Answer `path` with `replies` in turn; the last one stays."""
        with self._lock:
            self._replies[path] = list(replies)

    def release(self) -> None:
        """Let every answer go that is held."""
        self._released.set()

    def wait_for_release(self) -> None:
        self._released.wait(PATIENCE_S)

    def take(self, path: str, headers: Mapping[str, str]) -> Reply:
        """Note the request, and give the reply whose turn it is."""
        with self._lock:
            self.requests.append(Request(path, headers))
            replies = self._replies.get(path)
            if not replies:
                return Reply(b"not here", status=404)
            return replies.pop(0) if len(replies) > 1 else replies[0]


def _handler(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = server.take(self.path, dict(self.headers))
            if reply.hold_first:
                server.wait_for_release()
            if reply.hang_up:
                self.close_connection = True
                return
            try:
                self._answer(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked has left

        def _answer(self, reply: Reply) -> None:
            start = self._start(reply)
            self.send_response(206 if start else reply.status)
            headers = {
                "Content-Type": "application/octet-stream",
                "Content-Length": str(len(reply.body) - start),
            }
            if reply.ranges:
                headers["ETag"] = reply.etag
            if start:
                end = len(reply.body)
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{end}"
            for name, value in (headers | dict(reply.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self._send(reply, start)

        def _start(self, reply: Reply) -> int:
            wish = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if not reply.ranges or wish is None or self.headers.get("If-Range") != reply.etag:
                return 0
            return int(wish[1])

        def _send(self, reply: Reply, start: int) -> None:
            ends = [end for end in (reply.hold_after, reply.cut_after) if end is not None]
            end = min([*ends, len(reply.body)])
            self.wfile.write(reply.body[start:end])
            self.wfile.flush()
            if reply.cut_after is not None:
                self.close_connection = True
                if reply.reset:  # closing with this set sends RST
                    no_linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
            elif reply.hold_after is not None:
                server.wait_for_release()
                self.wfile.write(reply.body[max(start, end) :])

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing: the tests look at `requests`."""

    return Handler
