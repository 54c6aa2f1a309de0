"""The tries at fetching one file: what is worth another try, what is refused, in what words.

`pipeline.files.download.download` is the way in.
"""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pipeline.errors import DownloadError
from pipeline.files.atomic import sha256_of
from pipeline.files.http_transfer import (
    BrokenOffError,
    End,
    Head,
    Transfer,
    UnreachableError,
    UnsafeError,
)
from pipeline.files.partial_file import Part
from pipeline.files.sizes import size
from pipeline.progress import Report, Stage, Step

TICK_S: Final = 0.2  # between two reports

_TRIES: Final = 3  # in a row that bring nothing, per address
_PAUSE_S: Final = 0.5  # before the second try; twice as long before the third
_SPACE_FACTOR: Final = 1.2  # of the file's size must be free: other files grow meanwhile
_WORTHWHILE_BYTES: Final = 2**20  # a try that brought this much counts as none
_BUSY: Final = frozenset({408, 425, 429, *range(500, 600)})
_HTML_STARTS: Final = (b"<!doctype html", b"<html")

Check = Callable[[Path], str | None]


class _TryError(Exception):
    """One try came to nothing; `again` when the same address is worth another."""

    def __init__(self, sentence: str, *, again: bool) -> None:
        super().__init__(sentence)
        self.again = again


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be fetched, and how to know that it is the right thing.

    The fields are the arguments of `pipeline.files.download.download`.
    """

    target: Path
    report: Report
    size: int | None
    sha256: str | None
    check: Check | None
    connect_timeout_s: float
    read_timeout_s: float

    def flaw(self, path: Path) -> str | None:
        """What is wrong with the file at `path`, as the end of a sentence; None if nothing is."""
        found = path.stat().st_size
        if self.size is not None and found != self.size:
            return f"has {found:,} bytes instead of {self.size:,}"
        if self.sha256 is not None:
            self.report(Stage(Step.CHECKING, self.target.name))
            if sha256_of(path) != self.sha256:
                return "has another checksum than it should"
        return self.check(path) if self.check is not None else None


def require_space(folder: Path, needed_bytes: float, name: str) -> None:
    """Refuse before work starts what `folder`'s disk cannot hold.

    Raises:
        DownloadError: If less than `needed_bytes` are free there; says how much is.
    """
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise DownloadError(
            f"{name} needs {size(needed_bytes)} of free disk space in {folder}, and "
            f"{size(free)} are free. Make room and try again."
        )


class Fetch:
    """The tries at one file; nobody else may fetch the same target meanwhile."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._name = wanted.target.name
        self._part = Part(wanted.target)
        self._host = ""
        self._started = time.monotonic()
        self._told = 0.0
        self._arrived = 0  # bytes from all addresses so far

    def run(self, addresses: Sequence[str]) -> None:
        """Try the addresses one after the other until the target is there.

        Raises:
            DownloadError: If none of them gave the right file.
            Stopped: From the report.
        """
        sentence = f"No address is known for {self._name}."
        for address in addresses:
            fruitless = 0
            while fruitless < _TRIES:
                if fruitless:
                    self._pause(_PAUSE_S * fruitless)
                arrived = self._arrived
                try:
                    self._try(address)
                except _TryError as error:
                    sentence = str(error)
                    if not error.again or self._out_of_patience():
                        break
                else:
                    return
                # What has come and stays brings the end nearer: such tries are not counted.
                grew = self._arrived - arrived >= _WORTHWHILE_BYTES and self._part.validator
                fruitless = 1 if grew else fruitless + 1
        raise DownloadError(sentence)

    def _try(self, address: str) -> None:
        self._host = urlsplit(address).hostname or address
        try:
            have = self._part.resume(address)
            if have == 0 or have != self._part.total:
                self._transfer(address, have)
            self._settle(resumed=have > 0)
        except UnreachableError as error:
            raise _TryError(
                f"No connection to {self._host}. Check the internet connection and try "
                "again; what is on this computer already works without it.",
                again=self._arrived > 0,
            ) from error
        except UnsafeError as error:
            raise _TryError(
                f"The secure connection to {self._host} could not be set up. A firewall in "
                "between or a wrong clock on this computer can be the reason. Check both and try "
                "again.",
                again=False,
            ) from error
        except BrokenOffError as error:
            if not self._part.validator:
                self._part.discard()  # nothing could ever go on from it
            raise _TryError(
                f"The connection to {self._host} broke off before {self._name} was whole. Try "
                "again; what has arrived is kept where the host can go on from it.",
                again=True,
            ) from error
        except OSError as error:
            self._part.discard()
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DownloadError(
                f"The disk is full: {self._name} does not fit into {self._wanted.target.parent}. "
                "Make room and try again."
            ) from error

    # === One answer ===

    def _transfer(self, address: str, have: int) -> None:
        wanted = self._wanted
        # No compression on the way: the lengths would mean something else.
        headers = {"Accept-Encoding": "identity", "User-Agent": "PawTune"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": self._part.validator}
        timeouts = (wanted.connect_timeout_s, wanted.read_timeout_s)
        with Transfer(address, headers, timeouts) as transfer:
            head = self._next(transfer, have, self._part.total if have else None)
            assert isinstance(head, Head)  # what a transfer gives first
            done = self._judge(head, have)
            total = done + length if (length := _length(head)) is not None else None
            self._judge_length(total, done)
            if done == 0:
                self._part.begin(address, _validator(head), total)
            with self._part.path.open("ab") as stream:
                while not isinstance(piece := self._next(transfer, done, total), End):
                    assert isinstance(piece, bytes)
                    if done == 0 and piece.lstrip()[:14].lower().startswith(_HTML_STARTS):
                        self._part.discard()
                        raise self._web_page()
                    stream.write(piece)
                    done += len(piece)
                    self._arrived += len(piece)
        if total is not None and done != total:
            raise BrokenOffError(f"{done} of {total} bytes")

    def _next(self, transfer: Transfer, done: int, total: int | None) -> Head | bytes | End:
        """The next part of the answer; reports while it waits, and gives up in the end."""
        since = time.monotonic()
        while True:
            item = transfer.take(TICK_S)
            now = time.monotonic()
            if item is None or now - self._told >= TICK_S:
                self._told = now
                self._wanted.report(Stage(Step.DOWNLOADING, self._name), done, total, "bytes")
            if item is not None:
                return item
            if self._out_of_patience():
                raise UnreachableError("nothing came from any address")
            # The transfer's own timeout is the rule; this is for a look-up that hangs.
            if now - since > self._wanted.connect_timeout_s + self._wanted.read_timeout_s:
                raise BrokenOffError("silence")

    def _out_of_patience(self) -> bool:
        waited_s = time.monotonic() - self._started
        return self._arrived == 0 and waited_s >= self._wanted.read_timeout_s

    def _judge(self, head: Head, have: int) -> int:
        """Where in the file the answer begins, in bytes: at `have`, or at 0 for a clean start."""
        if head.status in _BUSY:
            raise _TryError(
                f"{self._host} is busy or out of order (answer {head.status}). Try again later.",
                again=True,
            )
        start = f"bytes {have}-"
        goes_on = have > 0 and head.headers.get("Content-Range", "").startswith(start)
        if head.status == 416 or (head.status == 206 and not goes_on):
            self._part.discard()
            raise _TryError(
                f"{self._host} could not go on with {self._name}. Try again.", again=have > 0
            )
        if head.status not in (200, 206):
            if have:
                self._part.discard()
            raise _TryError(
                f"{self._host} does not give out {self._name} (answer {head.status}). It may have "
                "moved: look for a newer PawTune, or try again later.",
                again=False,
            )
        if head.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise self._web_page()
        return have if head.status == 206 else 0

    def _judge_length(self, total: int | None, done: int) -> None:
        wanted = self._wanted
        if wanted.size is not None and total not in (None, wanted.size):
            raise self._wrong(f"has {total:,} bytes instead of {wanted.size:,}", again=False)
        if total is not None:
            require_space(wanted.target.parent, (total - done) * _SPACE_FACTOR, self._name)

    def _settle(self, *, resumed: bool) -> None:
        """Give the whole part its final name, if it is the right thing."""
        flaw = self._wanted.flaw(self._part.path)
        if flaw is not None:
            # Perhaps two halves of different versions: a clean start is worth another try.
            raise self._wrong(flaw, again=resumed)
        self._part.finish()

    def _wrong(self, flaw: str, *, again: bool) -> _TryError:
        self._part.discard()
        return _TryError(
            f"What {self._host} sent is not the right file: {self._name} {flaw}. Try again later, "
            "or on another network.",
            again=again,
        )

    def _web_page(self) -> _TryError:
        return _TryError(
            f"{self._host} sent a web page instead of {self._name}. The network may want you to "
            "sign in: open any page in a browser, sign in, and try again.",
            again=False,
        )

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._wanted.report(Stage(Step.TRYING_AGAIN, self._name))
            time.sleep(min(left, TICK_S))


def _length(head: Head) -> int | None:
    """Bytes that this answer announces, or None when it does not say, or packs them."""
    if head.headers.get("Content-Encoding", "identity").lower() != "identity":
        return None
    text = head.headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _validator(head: Head) -> str:
    """What tells this version of the file from any other, or nothing."""
    etag = head.headers.get("ETag", "")
    # A weak tag promises the same meaning, not the same bytes.
    return etag if etag.startswith('"') else head.headers.get("Last-Modified", "")
