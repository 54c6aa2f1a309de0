"""Make sure that a file from the network is here, whole or not at all.

Who asks: the ready photo sets and the ImageNet weights. Users never give an address.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import filelock

from pipeline.errors import DownloadError
from pipeline.files.download_tries import TICK_S, Check, Fetch, Wanted
from pipeline.progress import Report, Stage, Step


def download(
    urls: Sequence[str],
    target: Path,
    report: Report,
    *,
    size: int | None = None,
    sha256: str | None = None,
    check: Check | None = None,
    elsewhere: str = "Check that the folder can be written to",
    connect_timeout_s: float = 5,
    read_timeout_s: float = 15,
) -> Path:
    """Make sure that a whole file lies at `target`, fetching it where it does not.

    A file that is there already and passes the checks is used; one that fails them is
    fetched again. Several processes may ask at once: one fetches, the others wait. What
    has arrived when the network breaks or somebody stops stays beside the target as
    `NAME.part`, and the next call goes on from there.

    Args:
        urls: Addresses of the same file, tried in this order. With the environment's
            `PAWTUNE_MIRROR`, each becomes the mirror's address and its own last part.
        target: Where the file shall lie; its folder is made.
        report: Hears of the progress in bytes, several times a second.
        size: Size of the right file in bytes, where known.
        sha256: SHA-256 of the right file as 64 hexadecimal digits, where known.
        check: Looks at the fetched file; gives what is wrong with it as the end of a
            sentence ("is no zip file"), or None when it is right.
        elsewhere: What to do where `target` cannot be written, as the start of a sentence.
        connect_timeout_s: Patience with a host that does not pick up, in seconds.
        read_timeout_s: Patience with a host that goes silent, in seconds; also with all
            addresses together before the first byte has come.

    Returns:
        `target`.

    Raises:
        DownloadError: If the file could not be fetched; says what to do next.
        Stopped: From `report`; what has arrived is kept for the next call.
    """
    wanted = Wanted(target, report, size, sha256, check, connect_timeout_s, read_timeout_s)
    try:
        # Asked before the lock as well: a whole file in a folder that is read-only will do.
        if target.is_file() and wanted.flaw(target) is None:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(target, report):
            if target.is_file():
                if wanted.flaw(target) is None:
                    return target
                target.unlink()
            Fetch(wanted).run(_addresses(urls))
    except OSError as error:
        raise DownloadError(
            f"{target.name} cannot be kept in {target.parent} ({error.strerror or error}). "
            f"{elsewhere}, and try again."
        ) from error
    return target


def _addresses(urls: Sequence[str]) -> list[str]:
    mirror = os.environ.get("PAWTUNE_MIRROR")
    if mirror:
        urls = [f"{mirror.rstrip('/')}/{urlsplit(url).path.rpartition('/')[2]}" for url in urls]
    return list(dict.fromkeys(urls))


@contextmanager
def alone(target: Path, report: Report) -> Iterator[None]:
    """Keep every other process and thread from making the same target meanwhile.

    The lock is `NAME.lock` beside the target; it stays, and dies with its holder.

    Raises:
        Stopped: From `report`, which hears of the wait.
    """
    lock = filelock.FileLock(target.with_name(target.name + ".lock"))
    while True:
        try:
            lock.acquire(timeout=TICK_S)
            break
        except filelock.Timeout:
            report(Stage(Step.WAITING_FOR_FILE, target.name))
    try:
        yield
    finally:
        lock.release()
