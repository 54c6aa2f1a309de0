"""Photos out of a request's body while it streams in; what is too much is not kept.

Written for bodies that somebody may have made by hand: each part's head, the number of parts, the
bytes of a file and of all of them together are limited before anything is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from pipeline.api.refused import Refused
from pipeline.files.sizes import size
from pipeline.settings.mode import Mode

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD: Final = "photos"  # what each part is called
_MOST_HEAD_BYTES: Final = 4096
_MOST_HEADS: Final = 8
_NAME_CHARS: Final = 255
_NEXT_S: Final = 10.0  # how long the next bytes may take
_WHOLE_S: Final = 120.0  # and all of them
_UNREADABLE: Final = "The body is no multipart form that can be read."


@dataclass(slots=True)
class Part:
    """One file of a body.

    Attributes:
        name: As whoever asks calls it. Data, never a path.
        num_bytes: How many came.
        data: What was kept of it: all, or nothing where it is too large.
    """

    name: str
    num_bytes: int = 0
    data: bytearray = field(default_factory=bytearray)


async def read(request: Request, allowed: Mode, take: Callable[[int], None]) -> list[Part]:
    """The files of a body, in their order.

    Args:
        request: Whose body was not read yet.
        allowed: What a file and a request may cost.
        take: Told of every byte that comes; may refuse it.

    Raises:
        Refused: If the body is no form of photos, is too large, or comes too slowly.
    """
    boundary = _boundary(request)
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > allowed.request_bytes:
        raise _too_large(allowed)
    form = _Form(allowed)
    try:
        parser = MultipartParser(
            boundary,
            form.callbacks(),
            max_header_count=_MOST_HEADS,
            max_header_size=_MOST_HEAD_BYTES,
        )
        num_bytes = 0
        chunks = aiter(request.stream())
        async with asyncio.timeout(_WHOLE_S):
            while chunk := await asyncio.wait_for(anext(chunks, b""), _NEXT_S):
                num_bytes += len(chunk)
                if num_bytes > allowed.request_bytes:
                    raise _too_large(allowed)
                take(len(chunk))
                parser.write(chunk)
        parser.finalize()
    except TimeoutError as error:
        raise Refused(408, "The photos came too slowly. Send fewer, or smaller ones.") from error
    except FormParserError as error:
        raise Refused(422, _UNREADABLE) from error
    if not form.is_whole:
        raise Refused(422, _UNREADABLE)
    if not form.parts:
        raise Refused(422, f"No photo came. Send each as a file called `{FIELD}`.")
    return form.parts


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise Refused(
            415, f"Send the photos as `multipart/form-data`, each as a file called `{FIELD}`."
        )
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Refused(422, _UNREADABLE)
    return boundary


def _too_large(allowed: Mode) -> Refused:
    return Refused(
        413,
        f"All photos of one request have {size(allowed.request_bytes)} at most. Send fewer at "
        "a time.",
    )


class _Form:
    """Gathers the parts that a parser finds."""

    def __init__(self, allowed: Mode) -> None:
        self._allowed = allowed
        self._name = bytearray()
        self._value = bytearray()
        self._said: dict[bytes, bytes] = {}
        self.parts: list[Part] = []
        self.is_whole = False

    def callbacks(self) -> MultipartCallbacks:
        """What the parser calls."""
        return {
            "on_part_begin": self._said.clear,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._part_begins,
            "on_part_data": self._more,
            "on_end": self._ends,
        }

    def _header_ends(self) -> None:
        self._said[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _part_begins(self) -> None:
        kind, options = parse_options_header(self._said.get(b"content-disposition"))
        is_photo = kind == b"form-data" and options.get(b"name") == FIELD.encode()
        if not is_photo or b"filename" not in options:
            raise Refused(422, f"Every part is a file called `{FIELD}`. Another one came.")
        if len(self.parts) == self._allowed.photos_per_request:
            raise Refused(
                413, f"One request takes {self._allowed.photos_per_request} photos at most."
            )
        name = options[b"filename"].decode("utf-8", "replace")
        self.parts.append(Part(name[:_NAME_CHARS]))

    def _more(self, data: bytes, start: int, end: int) -> None:
        part = self.parts[-1]
        part.num_bytes += end - start
        if part.num_bytes > self._allowed.limits.file_bytes:
            part.data.clear()
        else:
            part.data += data[start:end]

    def _ends(self) -> None:
        self.is_whole = True
