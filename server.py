"""The app as one ASGI app: `app.py`, and beside it what programs and the live camera may ask.

`make run` and `make demo` start this. In the demo the cookie is around it that tells visitors
apart. `app.py` runs alone, too: pages, nothing for programs, and a camera that asks the server.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request

from pages.ui.visitor_cookie import VisitorCookie
from pipeline.api import browser_files, listening
from pipeline.api.routes import routes
from pipeline.settings import mode
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs


def _workspace() -> Workspace:
    """The same that the pages have; what is needed for it loads with the first request."""
    from pages.ui import stores

    return stores.workspace()


def _runs(request: Request) -> Runs:
    """The runs that whoever asks may see, in the same workspace."""
    from pages.ui import stores

    return stores.runs_of(request.cookies)


def _listed() -> list[str]:
    """The names under which the pages are given out, too."""
    names: list[str] = st.get_option("server.allowedHosts")
    return names


@asynccontextmanager
async def _while_it_serves(_app: st.App) -> AsyncIterator[None]:
    """No answer and no part of a page waits for the acknowledgement of what was sent before."""
    listening.send_at_once()
    yield


app = st.App(
    Path(__file__).with_name("app.py"),
    lifespan=_while_it_serves,
    routes=[*routes(_workspace, _listed), *browser_files.routes(_runs, _listed)],
    middleware=[Middleware(VisitorCookie)] if mode.is_demo() else [],
)
