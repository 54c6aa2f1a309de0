"""One HTTP answer, read in a thread, so that whoever waits for it can report and be stopped.

A socket that hangs, and a name look-up that hangs longer than any timeout of ours, would
otherwise hold up the Stop button. Knows nothing of files: `pipeline.files.download` does.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import requests
from urllib3.exceptions import ProtocolError

_PIECE_BYTES: Final = 16 * 1024  # small: a slow line must still show progress
_PIECES_AHEAD: Final = 64
_POLL_S: Final = 0.2


class UnreachableError(Exception):
    """Nobody answered: no network, no such host, nothing listening."""


class UnsafeError(Exception):
    """Somebody answered, but could not prove to be the host that was asked for."""


class BrokenOffError(Exception):
    """The answer ended before it was whole, or stood still for too long."""


@dataclass(frozen=True, slots=True)
class Head:
    """What comes before the bytes.

    Attributes:
        status: The status code, 200 when all is well.
        headers: The headers; names are found in any case.
    """

    status: int
    headers: Mapping[str, str]


class End:
    """The answer is whole, as far as its own headers tell."""


class Transfer:
    """A request under way; a context manager that lets go of it when left."""

    def __init__(
        self, url: str, headers: Mapping[str, str], timeouts_s: tuple[float, float]
    ) -> None:
        """Start asking `url`, with timeouts for connecting and for reading; returns at once."""
        self._request = (url, dict(headers), timeouts_s)
        self._items: queue.Queue[Head | bytes | End | Exception] = queue.Queue(_PIECES_AHEAD)
        self._abandoned = threading.Event()
        # A daemon: a look-up that hangs must not keep the process alive.
        threading.Thread(target=self._run, name="pawtune-transfer", daemon=True).start()

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, *_: object) -> None:
        self._abandoned.set()

    def take(self, wait_s: float) -> Head | bytes | End | None:
        """The next part of the answer, or None when none came within `wait_s` seconds.

        Raises:
            UnreachableError: If nobody answered.
            UnsafeError: If the certificate of who answered is not good.
            BrokenOffError: If the answer ended too early.
        """
        try:
            item = self._items.get(timeout=wait_s)
        except queue.Empty:
            return None
        if isinstance(item, Exception):
            raise item
        return item

    def _put(self, item: Head | bytes | End | Exception) -> bool:
        """Hand `item` over; False when nobody wants it any more."""
        while not self._abandoned.is_set():
            try:
                self._items.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False

    def _run(self) -> None:
        try:
            self._read()
        except requests.exceptions.SSLError as error:
            self._put(UnsafeError(str(error)))
        except (
            requests.exceptions.ReadTimeout,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            self._put(BrokenOffError(str(error)))
        except requests.exceptions.RequestException as error:
            hung_up = bool(error.args) and isinstance(error.args[0], ProtocolError)
            self._put((BrokenOffError if hung_up else UnreachableError)(str(error)))
        except Exception as error:  # a bug: it belongs to the thread that waits
            self._put(error)

    def _read(self) -> None:
        url, headers, timeouts = self._request
        with requests.get(url, headers=headers, timeout=timeouts, stream=True) as response:
            if not self._put(Head(response.status_code, response.headers)):
                return
            try:
                for piece in response.iter_content(_PIECE_BYTES):
                    if not self._put(piece):
                        return
            except requests.exceptions.ConnectionError as error:
                # requests says so of a read timeout, too: the connection itself stood.
                raise requests.exceptions.ChunkedEncodingError(str(error)) from error
            self._put(End())
