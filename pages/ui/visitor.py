"""Who is looking: on one's own computer nobody in particular, in the demo one visitor of many.

A visitor is who holds the secret in PawTune's own cookie; see `pages.ui.visitor_cookie`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.visitor_cookie import VisitorCookie, visitor_of
from pipeline.errors import SettingError
from pipeline.settings import mode

_SESSION: Final = "visiting_visitor"  # session: who a browser without the cookie is
# Options of the server that the demo cannot do without, and what they are there for.
_NEEDED: Final = {
    "server.enableXsrfProtection": "it keeps other sites from bringing photos for a visitor",
    "server.enableCORS": "it keeps other sites from speaking for a visitor",
}


def visitor() -> str | None:
    """Whose photos and runs to show: None on one's own computer, else 32 hexadecimal digits.

    This, and `of_cookies`, are the only places that a visitor ever comes from.

    Raises:
        SettingError: If `PAWTUNE_MODE` names no mode.
    """
    if not mode.is_demo():
        return None
    return visitor_of(st.context.cookies) or _of_this_session()


def of_cookies(cookies: Mapping[str, str]) -> str | None:
    """The same for a request that no page makes; without the cookie it sees what is public.

    Raises:
        SettingError: If `PAWTUNE_MODE` names no mode.
    """
    if not mode.is_demo():
        return None
    return visitor_of(cookies) or mode.NOBODY


def window() -> str:
    """Which window of a browser is looked at: what one asks does not take another's place."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def expect_protection() -> None:
    """Refuse to be a demo where visitors cannot be told apart.

    Raises:
        SettingError: If the server was started without what the demo needs.
    """
    if not mode.is_demo():
        return
    if not VisitorCookie.at_work:
        raise SettingError(
            "This demo cannot start: nothing gives visitors the cookie that tells them apart. "
            "Start it with `make demo`."
        )
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
