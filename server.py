"""The app as one ASGI app: `app.py`, and beside it what other programs may ask.

`make run` and `make demo` start this. In the demo the cookie is around it that tells visitors
apart. `app.py` runs alone, too: pages, and nothing for programs.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.ui.visitor_cookie import VisitorCookie
from pipeline.api.routes import routes
from pipeline.settings import mode
from pipeline.workspace.home import Workspace


def _workspace() -> Workspace:
    """The same that the pages have; what is needed for it loads with the first request."""
    from pages.ui import stores

    return stores.workspace()


app = st.App(
    Path(__file__).with_name("app.py"),
    routes=routes(_workspace),
    middleware=[Middleware(VisitorCookie)] if mode.is_demo() else [],
)
