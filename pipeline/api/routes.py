"""What the app answers to other programs: every module of operations, one line each."""

from __future__ import annotations

import atexit
from collections.abc import Callable

from starlette.routing import BaseRoute

from pipeline.api import asgi, classify, health, host_names, listings, openapi
from pipeline.api.access import Access
from pipeline.api.decoders import Decoders
from pipeline.api.host_names import Listed
from pipeline.api.networks import Networks
from pipeline.api.operations import Operation
from pipeline.workspace.home import Workspace


def routes(
    workspace: Callable[[], Workspace], listed: Listed = host_names.none_listed
) -> list[BaseRoute]:
    """The routes of the app besides its pages.

    Args:
        workspace: Gives the workspace; called for each request, from any thread.
        listed: The names under which the server answers; likewise.

    Raises:
        SettingError: If the environment says what cannot be; see `Access.from_environment`.
    """
    access = Access.from_environment(listed)
    decoders = Decoders()
    atexit.register(decoders.close)
    operations: list[Operation] = [
        health.OPERATION,
        *classify.operations(Networks(workspace).find, decoders.get),
        *listings.operations(workspace),
    ]
    operations.append(openapi.operation(operations, access.token is not None))
    return [asgi.route(operations, access)]
