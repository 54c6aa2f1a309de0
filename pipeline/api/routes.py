"""What the app answers to other programs: every module of operations, one line each."""

from __future__ import annotations

import atexit
from collections.abc import Callable

from starlette.routing import BaseRoute

from pipeline.api import asgi, classify, health, listings, openapi
from pipeline.api.access import Access
from pipeline.api.decoders import Decoders
from pipeline.api.networks import Networks
from pipeline.api.operations import Operation
from pipeline.workspace.home import Workspace


def routes(workspace: Callable[[], Workspace]) -> list[BaseRoute]:
    """The routes of the app besides its pages.

    Args:
        workspace: Gives the workspace; called for each request, from any thread.

    Raises:
        SettingError: If the environment says what cannot be; see `Access.from_environment`.
    """
    decoders = Decoders()
    atexit.register(decoders.close)
    operations: list[Operation] = [
        health.OPERATION,
        *classify.operations(Networks(workspace).find, decoders.get),
        *listings.operations(workspace),
    ]
    operations.append(openapi.operation(operations))
    return [asgi.route(operations, Access.from_environment())]
