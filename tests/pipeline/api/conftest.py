"""A real web server on this machine, with the operations that a test asks for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette

from pipeline.api import asgi, classify
from pipeline.api.access import Access
from pipeline.api.networks import Networks
from pipeline.api.operations import Operation
from pipeline.workspace.home import open_workspace
from tests.workspaces import decoder, jpeg, wait_for

Serve = Callable[..., str]


@pytest.fixture
def serve_app() -> Iterator[Callable[[Starlette], str]]:
    """Serves an app; gives its address."""
    ends: list[Callable[[], None]] = []

    def start(app: Starlette) -> str:
        # As the app's own server: what a proxy on this computer says of who asks is believed.
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        listening = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()

        def end() -> None:
            server.should_exit = True
            thread.join()
            listening.close()

        ends.append(end)
        wait_for(lambda: server.started, "the server's start")
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for end in ends:
        end()


@pytest.fixture
def serve(serve_app: Callable[[Starlette], str]) -> Serve:
    """Serves operations; gives the address below which they are."""

    def start(operations: Sequence[Operation], access: Access | None = None) -> str:
        app = Starlette(routes=[asgi.route(operations, access or Access())])
        return f"{serve_app(app)}/api/v1"

    return start


@pytest.fixture
def classifying() -> list[Operation]:
    """What can be asked about photos, of the runs of the test's own workspace."""
    workspace = open_workspace()
    return classify.operations(Networks(lambda: workspace).find, decoder)


@pytest.fixture
def address(serve: Serve, classifying: list[Operation]) -> str:
    """Where photos are classified, for programs on this computer."""
    return serve(classifying)


def ask(address: str, *files: tuple[str, bytes], **keywords: Any) -> requests.Response:
    """Send photos, each with its name."""
    parts = [("photos", file) for file in files]
    return requests.post(f"{address}/classify", files=parts, timeout=30, **keywords)


RED = jpeg((200, 60, 40))
