"""LiteRT.js for browsers: packed once for all of them, and fetched first where it is not here."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.api import sentences
from pipeline.browser import engine
from pipeline.errors import PawTuneError

READY: Final = "ready.json"  # whether the engine is there, and if not, why
_WAITING: Final = 8  # who waits for a file that is not here yet; other threads send pages


class EngineFiles:
    """The files, each packed when somebody asks for it first: six megabytes in all.

    Args:
        give: Makes a file's answer from its name, its content, and what else goes into its head.
        headers: What goes into the head of every other answer.
    """

    def __init__(
        self, give: Callable[[str, bytes, dict[str, str]], Response], headers: dict[str, str]
    ) -> None:
        self._give = give
        self._headers = headers
        self._lock = threading.Lock()
        self._packed: dict[str, bytes] = {}

    def answer(self, request: Request) -> Response:
        """A file, or whether there is one.

        Raises:
            KeyError: If there is no such file.
            PawTuneError: If it could not be fetched.
        """
        name = request.path_params["name"]
        if name == READY:
            return JSONResponse(self._ready(request), headers=self._headers)
        packed = self._of(name)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return self._give(name, gzip.decompress(packed), {"Vary": "Accept-Encoding"})
        head = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return self._give(name, packed, head)

    def _ready(self, request: Request) -> dict[str, str]:
        """Why there is no engine; nothing where there is one."""
        try:
            self._of(engine.MODULE)
        except PawTuneError as error:
            return {"why": sentences.told(error, request)}
        return {}

    def _of(self, name: str) -> bytes:
        if name not in self._packed:
            data = engine.content(name)  # whoever comes meanwhile waits in there, for so long
            with self._lock:
                if name not in self._packed:
                    self._packed[name] = gzip.compress(data, mtime=0)
        return self._packed[name]


def so_many(
    answer: Callable[[Request], Response], most: int = _WAITING
) -> Callable[[Request], Awaitable[Response]]:
    """The same in threads that are counted apart from all others."""
    threads: list[anyio.CapacityLimiter] = []

    async def answered(request: Request) -> Response:
        if not threads:  # it belongs to the loop of the requests
            threads.append(anyio.CapacityLimiter(most))
        return await anyio.to_thread.run_sync(answer, request, limiter=threads[0])

    return answered
