"""A web server of its own, in a thread of this process: it knows the phone's page alone."""

from __future__ import annotations

import socket
import threading
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from pipeline.api.listening import listen
from pipeline.errors import SettingError
from pipeline.phone.where import Where

_MOST_CONNECTIONS: Final = 64
_LINGER_S: Final = 2


class Listener:
    """Listens from now on until it is closed; it ends with the process.

    Args:
        app: What answers.
        where: At which place.

    Raises:
        SettingError: If it cannot listen there.
    """

    def __init__(self, app: ASGIApp, where: Where) -> None:
        self._socket = _listen(where)
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                # The token stands in the address, and so in none of the lines that it would write.
                access_log=False,
                log_level="critical",
                proxy_headers=False,
                server_header=False,
                limit_concurrency=_MOST_CONNECTIONS,
                timeout_graceful_shutdown=_LINGER_S,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="phone", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Listen no longer: the port is free when this returns."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def _listen(where: Where) -> socket.socket:
    """Take the port, or any other where that may be.

    Raises:
        SettingError: If that cannot be.
    """
    try:
        return listen(where.host, where.port)
    except OSError as error:
        if where.is_fixed:
            raise SettingError(
                f"The phone's page cannot be shown at port {where.port} ({error}). Set "
                f"`PAWTUNE_PHONE_PORT` to another one. Received: {where.port}."
            ) from error
    try:
        return listen(where.host, 0)
    except OSError as error:
        raise SettingError(
            f"The phone's page cannot be shown in this network ({error}). Received: {where.host}."
        ) from error
