"""Photos that somebody dropped to ask about: they stay for the session, on whatever page one is.

The uploader lets go of them at once, so that there is one copy in memory, and its box stays free
for more. A session holds as many bytes as the mode allows; the oldest photos go first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from pipeline.settings import mode

_KEPT: Final = "dropped_photos"  # session: a `_Kept`
_HANDED: Final = "dropped_handed_over"  # session: what another page shall take


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file.

    Attributes:
        name: As its owner knows it.
        data: The bytes that came.
        digest: SHA-256 of them.
    """

    name: str
    data: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a session holds.

    Attributes:
        files: The newest drop first, each in the order of its files.
        newest: How many of them came with the last drop.
        gone: How many were let go of since the last drop began, because there was no room.
        drops: How often something came: each time the uploader is a new one.
    """

    files: tuple[Dropped, ...] = ()
    newest: int = 0
    gone: int = 0
    drops: int = 0


def files() -> tuple[Dropped, ...]:
    """All of them, the newest drop first."""
    return _kept().files


def newest() -> int:
    """How many of `files` came with the last drop."""
    return _kept().newest


def gone() -> int:
    """How many had to be let go of for the last drop."""
    return _kept().gone


def fresh_key(name: str) -> str:
    """A key that changes with every drop, so that the browser's files are let go."""
    return f"{name}_{_kept().drops}"


def uploader(label: str, name: str, **options: object) -> None:
    """A box to drop photos into; what comes is in `files` before the page is drawn.

    It takes files of every kind. The browser would know them by their endings alone, and say why it
    takes one not in a tooltip; whoever looks at them says what a file is, and what to do.

    Args:
        label: Its title.
        name: With which its key begins.
        options: More of what `st.file_uploader` takes.
    """
    key = fresh_key(name)
    st.file_uploader(
        label,
        key=key,
        accept_multiple_files=True,
        max_upload_size=mode.current().limits.file_bytes // 10**6,
        on_change=lambda: add(st.session_state[key] or ()),
        **options,  # type: ignore[call-overload]
    )


def add(uploaded: Sequence[UploadedFile]) -> None:
    """Keep uploaded files; see `put`."""
    put([(file.name, file.getvalue()) for file in uploaded])


def put(given: Iterable[tuple[str, bytes]]) -> None:
    """Keep files, each with its name, as the newest drop; what was there already comes first."""
    found = [Dropped(name, data, hashlib.sha256(data).hexdigest()) for name, data in given]
    came = {(one.name, one.digest): one for one in found}
    if not came:
        return
    kept = _kept()
    earlier = (one for one in kept.files if (one.name, one.digest) not in came)
    all_ = (*came.values(), *earlier)
    fits = _fitting(all_, mode.current().asked_bytes)
    _set(_Kept(all_[:fits], min(len(came), fits), len(all_) - fits, kept.drops + 1))


def remove(name: str, digest: str) -> None:
    """Let go of one file."""
    kept = _kept()
    places = [at for at, one in enumerate(kept.files) if (one.name, one.digest) == (name, digest)]
    left = tuple(one for at, one in enumerate(kept.files) if at not in places)
    newest = kept.newest - sum(at < kept.newest for at in places)
    _set(replace(kept, files=left, newest=newest, gone=0))


def clear() -> None:
    """Let go of all of them."""
    _set(_Kept(drops=_kept().drops + 1))


def hand_over() -> None:
    """Let go of all of them, for the page that takes them next; see `handed_over`."""
    st.session_state[_HANDED] = files()
    clear()


def handed_over() -> list[UploadedFile]:
    """What another page has handed over, once, as it would come from an uploader."""
    given: tuple[Dropped, ...] = st.session_state.pop(_HANDED, ())
    return [
        UploadedFile(UploadedFileRec(one.digest, one.name, "", one.data), FileURLs())
        for one in given
    ]


def _fitting(some: Sequence[Dropped], most: int) -> int:
    """How many of the first ones fit; at least one, which is no larger than a file may be."""
    total = 0
    for number, one in enumerate(some):
        total += len(one.data)
        if number and total > most:
            return number
    return len(some)


def _kept() -> _Kept:
    kept: _Kept = st.session_state.get(_KEPT) or _Kept()
    return kept


def _set(kept: _Kept) -> None:
    st.session_state[_KEPT] = kept
