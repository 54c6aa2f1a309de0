"""The demo as one ASGI app: `app.py`, with the cookie that tells visitors apart around it.

`make demo` starts this. On one's own computer `app.py` needs nothing around it.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.ui.visitor_cookie import VisitorCookie
from pipeline.settings import mode

app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(VisitorCookie)] if mode.is_demo() else [],
)
