"""Who is looking: on one's own computer nobody in particular, in the demo one visitor of many.

A visitor is known by the secret that Streamlit itself keeps in the browser, against forged
requests: 16 random bytes in a cookie that other sites cannot read. The cookie looks different
every time, because the secret is masked anew, so it is unmasked first. Only a hash of the
secret is kept: who can read the database cannot pretend to be a visitor.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pipeline.errors import SettingError
from pipeline.settings import mode

COOKIE: Final = "_streamlit_xsrf"
SECRET_BYTES: Final = 16
_SESSION: Final = "visiting_visitor"  # session: who a browser without the cookie is
# What the demo cannot do without: the option, and what it is there for.
_NEEDED: Final = {
    "server.enableXsrfProtection": "it tells visitors apart",
    "server.enableCORS": "it keeps other sites from speaking for a visitor",
}


def visitor() -> str | None:
    """Whose photos and runs to show: None on one's own computer, else 32 hexadecimal digits.

    This is the only place that a visitor ever comes from.

    Raises:
        SettingError: If `PAWTUNE_MODE` names no mode.
    """
    if not mode.is_demo():
        return None
    return of_cookie(st.context.cookies.get(COOKIE)) or _of_this_session()


def of_cookie(value: str | None) -> str | None:
    """The visitor whose secret is in this cookie; None where there is no whole secret in it."""
    # Streamlit's own, and internal: tests/pages/test_visiting.py holds it to what is said above.
    from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

    secret, _ = decode_xsrf_token_string(value or "")
    if secret is None or len(secret) != SECRET_BYTES:
        return None
    return hashlib.sha256(secret).hexdigest()[:32]


def expect_protection() -> None:
    """Refuse to be a demo where visitors cannot be told apart.

    Raises:
        SettingError: If the server was started without what the demo needs.
    """
    if not mode.is_demo():
        return
    for option, reason in _NEEDED.items():
        if not st.get_option(option):
            raise SettingError(
                f"This demo cannot start: `{option}` is off, and {reason}. Start it with "
                "`make demo`, or leave that option on."
            )


def _of_this_session() -> str:
    """Somebody whom nobody knows, for as long as the page stays open."""
    if get_script_run_ctx() is None:
        return mode.NOBODY  # a thread of Streamlit's own: it may see what everybody sees
    return str(st.session_state.setdefault(_SESSION, secrets.token_hex(16)))
