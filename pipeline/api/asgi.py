"""The table of operations as an ASGI app: who may, what is meant, and every answer as JSON."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from pipeline.api import sentences
from pipeline.api.access import Access
from pipeline.api.operations import PREFIX, Asked, Operation
from pipeline.api.refused import Refused
from pipeline.errors import PawTuneError, WorkspaceError

_LOG: Final = logging.getLogger(__name__)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A caller that still sends hears why only where somebody goes on to read; nothing of it is kept.
_LINGER_S: Final = 5.0
_NOWHERE: Final = "There is nothing at this address; /api/v1/openapi.json tells what there is."


def route(operations: Sequence[Operation], access: Access) -> Route:
    """The route of all these operations."""
    register_url_convertor("anything", _Anything())
    return Route(f"{PREFIX}/{{path:anything}}", Api(operations, access), name="api")


class _Anything(PathConvertor):
    """What is left of an address; Starlette's own ends at a new line, and would answer itself."""

    regex = r"[\s\S]*"


class Doorkeeper(Protocol):
    """Who may ask; see `Access`."""

    @property
    def visitor(self) -> str | None:
        """Whose photos and runs are seen; None sees all."""

    def expect_on(self) -> None:
        """Refuse everybody where the way is shut."""

    def expect(self, request: HTTPConnection) -> None:
        """Refuse who may not ask."""


class Api:
    """Answers requests: what stands in the route's place `path` says which operation is meant.

    Args:
        operations: What can be asked for.
        access: Who may ask.
        nowhere: What is said of any other address.
    """

    def __init__(
        self, operations: Sequence[Operation], access: Doorkeeper, nowhere: str = _NOWHERE
    ) -> None:
        self._access = access
        self._nowhere = nowhere
        self._operations = [(_pattern(one.path), one) for one in operations]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = _Body(scope, receive)
        request = Request(scope, body.receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return  # nobody is left to hear it
        if body.is_whole:
            await answer(scope, receive, send)
        else:
            await _answer_early(answer, body, send)

    async def _answer(self, request: Request) -> JSONResponse:
        headers: dict[str, str] = {}
        told: Any
        try:
            # Made here, since what is no JSON is a bug as well.
            return JSONResponse(await self._told(request), headers=_HEADERS)
        except Refused as refused:
            status, told, headers = refused.status, refused.told, refused.headers
        except WorkspaceError as error:
            status, told = 503, {"error": sentences.told(error, request)}
        except PawTuneError as error:
            status, told = 409, {"error": sentences.told(error, request)}
        except ClientDisconnect:
            raise
        except Exception:  # a bug: the traceback is for us, the sentence for the caller
            _LOG.exception("A request could not be answered.")
            status, told = 500, {"error": "Something went wrong inside PawTune."}
        return JSONResponse(told, status, {**_HEADERS, **headers})

    async def _told(self, request: Request) -> Any:
        """What the operation says that is meant.

        Raises:
            Refused: If there is none, or whoever asks may not.
        """
        address = f"/{request.path_params['path']}"
        here = [(found, one) for way, one in self._operations if (found := way.fullmatch(address))]
        method = "GET" if request.method == "HEAD" else request.method
        meant = next(((found, one) for found, one in here if one.method == method), None)
        if meant is not None and meant[1].is_open:
            self._access.expect_on()
        else:
            self._access.expect(request)
        if not here:
            raise Refused(404, self._nowhere)
        if meant is None:
            allowed = ", ".join(sorted({one.method for _, one in here}))
            raise Refused(405, f"This takes {allowed} alone.", headers={"Allow": allowed})
        found, operation = meant
        _expect_parameters(request, operation)
        return await operation.answer(Asked(request, self._access.visitor, found.groupdict()))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _expect_parameters(request: Request, operation: Operation) -> None:
    """Check that each parameter is known and was given once.

    Raises:
        Refused: If not.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in operation.query or given.count(name) > 1:
            known = ", ".join(operation.query) or "none"
            raise Refused(422, f"Parameters that this takes, each once: {known}.")


class _Body:
    """A request's body on its way in.

    Attributes:
        is_whole: Whether all of it was read, or there is none.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = dict(scope["headers"])
        has_one = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self.is_whole = not has_one
        self._receive = receive

    async def receive(self) -> Message:
        """The next part of it."""
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self.is_whole = True
        return message


async def _answer_early(answer: JSONResponse, body: _Body, send: Send) -> None:
    """Answer whoever still sends, then read on for a while and throw away what comes.

    With the connection cut at once, most programs would report that and never the answer.
    """
    headers = [*answer.raw_headers, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    try:
        async with asyncio.timeout(_LINGER_S):
            while not body.is_whole:
                await body.receive()
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})
