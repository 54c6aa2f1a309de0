"""Bodies that somebody made by hand: limited while they come, and nothing kept of too much."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from pipeline.api import multipart
from pipeline.api.multipart import Part
from pipeline.api.refused import Refused
from pipeline.settings import mode
from pipeline.settings.mode import Mode

SMALL = dataclasses.replace(
    mode.LOCAL,
    limits=dataclasses.replace(mode.LOCAL.limits, file_bytes=1000),
    request_bytes=5000,
    photos_per_request=3,
)
HEAD = b'Content-Disposition: form-data; name="photos"; filename="%s"'
KIND = "multipart/form-data; boundary=b"


def form(*files: tuple[bytes, bytes], end: bytes = b"--b--\r\n") -> bytes:
    parts = [b"--b\r\n" + HEAD % name + b"\r\n\r\n" + data + b"\r\n" for name, data in files]
    return b"".join(parts) + end


class Sender:
    """Sends a body in pieces, and counts what was asked for."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self.sent = 0

    async def receive(self) -> Message:
        piece = next(self._pieces, b"")
        self.sent += len(piece)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}


def read(
    *pieces: bytes,
    kind: str = KIND,
    allowed: Mode = SMALL,
    declared: str = "",
    sender: Sender | None = None,
) -> list[Part]:
    headers = [(b"content-type", kind.encode("latin-1"))]
    headers += [(b"content-length", declared.encode())] if declared else []
    scope = {"type": "http", "method": "POST", "headers": headers}
    sender = sender or Sender(pieces)
    request = Request(scope, sender.receive)
    taken: list[int] = []
    found = asyncio.run(multipart.read(request, allowed, taken.append))
    assert sum(taken) == sender.sent
    return found


def refusal(*pieces: bytes, **keywords: object) -> Refused:
    with pytest.raises(Refused) as refused:
        read(*pieces, **keywords)
    return refused.value


def test_files_come_with_their_names_in_order() -> None:
    found = read(form((b"a.jpg", b"one"), ("röt.jpg".encode(), b"\r\n--bb\r\n"), (b"", b"")))
    assert [(part.name, bytes(part.data)) for part in found] == [
        ("a.jpg", b"one"),
        ("röt.jpg", b"\r\n--bb\r\n"),
        ("", b""),
    ]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.integers(1, 40))
@settings(max_examples=40)
def test_it_does_not_matter_where_the_pieces_end(contents: list[bytes], length: int) -> None:
    contents = [one.replace(b"--b", b"") for one in contents]
    body = form(*((b"a", one) for one in contents))
    pieces = [body[at : at + length] for at in range(0, len(body), length)]
    assert [bytes(part.data) for part in read(*pieces)] == contents


def test_of_a_file_that_is_too_large_nothing_is_kept() -> None:
    large, after = read(form((b"large", b"x" * 1001), (b"a", b"y" * 1000)))
    assert (large.num_bytes, bytes(large.data)) == (1001, b"")
    assert (after.num_bytes, len(after.data)) == (1000, 1000)


def test_a_body_that_is_too_large_is_read_no_further() -> None:
    body = form((b"a", b"x" * 100))[:-7]
    sender = Sender([body, *[b"x" * 1000] * 100])
    assert refusal(sender=sender).status == 413
    assert sender.sent <= SMALL.request_bytes + 1000


def test_one_that_says_so_is_not_read_at_all() -> None:
    sender = Sender([form((b"a", b"x"))])
    assert refusal(sender=sender, declared="5001").status == 413
    assert sender.sent == 0


@pytest.mark.parametrize("declared", ["-1", "1e9", "²", ""])
def test_what_it_says_is_no_reason_to_believe_it(declared: str) -> None:
    scope = {
        "type": "http",
        "headers": [(b"content-length", declared.encode("latin-1", "replace"))],
    }
    scope["headers"].append((b"content-type", KIND.encode()))
    sender = Sender([form((b"a", b"x"))])
    found = asyncio.run(multipart.read(Request(scope, sender.receive), SMALL, lambda _: None))
    assert len(found) == 1


def test_too_many_photos() -> None:
    assert refusal(form(*[(b"a", b"x")] * 4)).status == 413
    assert len(read(form(*[(b"a", b"x")] * 3))) == 3


def test_who_has_no_room_refuses() -> None:
    def full(_num_bytes: int) -> None:
        raise Refused(503, "Full.")

    request = Request(
        {"type": "http", "headers": [(b"content-type", KIND.encode())]},
        Sender([form((b"a", b"x"))]).receive,
    )
    with pytest.raises(Refused, match="Full"):
        asyncio.run(multipart.read(request, SMALL, full))


@pytest.mark.parametrize(
    "name",
    ["_NEXT_S", "_WHOLE_S"],
)
def test_a_slow_sender_is_let_go(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, name, 0.01)
    pieces = iter([form((b"a", b"x"))[:60]])

    async def receive() -> Message:
        piece = next(pieces, None)
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": True}

    request = Request({"type": "http", "headers": [(b"content-type", KIND.encode())]}, receive)
    with pytest.raises(Refused) as refused:
        asyncio.run(multipart.read(request, SMALL, lambda _: None))
    assert refused.value.status == 408


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (415, ""),
        (415, "image/jpeg"),
        (415, "multipart/mixed; boundary=b"),
        (422, "multipart/form-data"),
        (422, "multipart/form-data; boundary="),
        (422, f"multipart/form-data; boundary={'b' * 2000}"),
    ],
)
def test_kinds_that_are_no_form(status: int, kind: str) -> None:
    assert refusal(form((b"a", b"x")), kind=kind).status == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b"nonsense",
        form((b"a", b"x"), end=b""),
        form((b"a", b"x"))[:-6],
        b"--b\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="photos"\r\n\r\nx\r\n--b--\r\n',
        form((b"a", b"x")).replace(b"form-data", b"attachment"),
        form((b"a", b"x")).replace(b"photos", b"others"),
        b"--b\r\n" + b"x: y\r\n" * 9 + HEAD % b"a" + b"\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\n" + HEAD % (b"a" * 4500) + b"\r\n\r\nx\r\n--b--\r\n",
    ],
)
def test_bodies_that_are_no_form_of_photos(body: bytes) -> None:
    assert refusal(body).status == 422


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_any_bytes_end_in_parts_or_a_refusal(body: bytes) -> None:
    for given_body in (body, b"--b\r\n" + body, b"--b\r\n" + HEAD % b"a" + b"\r\n\r\n" + body):
        try:
            assert read(given_body)
        except Refused as refused:
            assert refused.status in (413, 422)
