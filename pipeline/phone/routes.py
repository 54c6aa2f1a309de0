"""All that a phone may ask, and nothing else of the app."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.api import asgi, classify, multipart
from pipeline.api.gate import Gate
from pipeline.api.operations import Asked, Operation
from pipeline.api.refused import Refused
from pipeline.phone.desk import Desk
from pipeline.phone.door import Door, told
from pipeline.phone.link import Link
from pipeline.settings import mode
from pipeline.wording import phone_text

_FOLDER: Final = Path(__file__).parent
_SCRIPTS: Final = ("phone.js", "common.js", "bringing.js", "asking.js")
_FILES: Final[Mapping[str, tuple[str, str]]] = {  # what is asked for, the file, its type
    "": ("phone.html", "text/html"),
    "phone.css": ("phone.css", "text/css"),
    **{name: (name, "text/javascript") for name in _SCRIPTS},
}
_MOST_REQUESTS: Final = 4  # with photos, at once
_BODIES: Final = 2  # of the largest kind, that may be in memory at once
_ANY: Final[Mapping[str, Any]] = {"type": "object"}
_TEXT: Final[Mapping[str, Any]] = {"type": "string"}


class _Inside:
    """Who came through the door may ask all that there is."""

    visitor = None

    def expect_on(self) -> None:
        """Refuse nobody."""

    def expect(self, request: HTTPConnection) -> None:
        """Refuse nobody."""


def app(desk: Desk, link: Link) -> Door:
    """What is listened to for one link.

    Args:
        desk: What is asked.
        link: Who has its token may ask.
    """
    asked = asgi.Api(operations(desk, link), _Inside(), phone_text.OVER)
    return Door(
        Starlette(
            routes=[
                *(Route(f"/{{token}}/{name}", partial(_file, name)) for name in _FILES),
                Route("/{token}/ask/{path:path}", asked),
                Route("/{path:path}", _nowhere),
            ]
        ),
        link.admits,
    )


async def _nowhere(request: Request) -> Response:
    return told(request, 404, phone_text.OVER)


async def _file(name: str, request: Request) -> Response:
    path, kind = _FILES[name]
    return Response((_FOLDER / path).read_bytes(), media_type=kind)


def operations(desk: Desk, link: Link) -> list[Operation]:
    """What the page's script asks for.

    Args:
        desk: What is asked.
        link: Who asks.
    """
    asking = _Asking(desk, link)
    return [
        Operation("GET", "/state", "state", "What may be done.", asking.state, _ANY),
        Operation(
            "POST",
            "/photos",
            "photos",
            "Bring photos of one class.",
            asking.photos,
            _ANY,
            query={"goal": _TEXT, "class": _TEXT},
        ),
        Operation("GET", "/imports/{id}", "import", "What came of them.", asking.account, _ANY),
        Operation("POST", "/classify", "classify", "What it shows.", asking.classify, _ANY),
    ]


class _Asking:
    """Answers the page's script."""

    def __init__(self, desk: Desk, link: Link) -> None:
        self._desk = desk
        self._link = link
        self._gate = Gate(_MOST_REQUESTS, _BODIES * mode.current().request_bytes)
        (self._classifying,) = classify.operations(
            lambda _run, _visitor: desk.network(), desk.decoders.get
        )

    async def state(self, _asked: Asked) -> Mapping[str, Any]:
        """What may be done at the moment."""
        return await anyio.to_thread.run_sync(self._desk.told, self._link.seconds_left)

    async def classify(self, asked: Asked) -> Mapping[str, Any]:
        """Answer about photos; of one that cannot be used, why.

        Raises:
            Refused: If nobody can answer, or it is no form of photos.
            RunError: If the run is damaged.
        """
        try:
            found = await self._classifying.answer(asked)
        except Refused as refused:
            if "photos" in refused.told:
                return refused.told
            raise
        self._desk.asked += int(found["accepted"])
        return found

    async def photos(self, asked: Asked) -> Mapping[str, Any]:
        """Take photos in.

        Raises:
            Refused: If the computer shows something else by now, or they are too many.
            PawTuneError: If they cannot be kept.
        """
        goal, wanted = self._desk.goal, asked.request.query_params
        if goal is None or goal.id != wanted.get("goal") or wanted.get("class") not in goal.classes:
            raise Refused(409, phone_text.MOVED_ON)
        with self._gate.place() as place:
            parts = await multipart.read(asked.request, mode.current(), place.take)
            bring = partial(self._desk.bringing.bring, goal, wanted["class"], parts)
            return await anyio.to_thread.run_sync(bring)

    async def account(self, asked: Asked) -> Mapping[str, Any]:
        """What came of an import.

        Raises:
            Refused: If this link began no such import.
        """
        account = partial(self._desk.bringing.account, asked.path["id"])
        return await anyio.to_thread.run_sync(account)
