"""What is said aloud to those who do not see the page, and where the keyboard's focus goes.

Streamlit draws a page anew without a word, and with the menu's link the focus is gone. One small
component stands on every page; it keeps the only live region, moves a lost focus to where the
action went, and names what Streamlit leaves without a name.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import component

_COMPONENT: Final = component.beside(__file__, "<span hidden></span>", isolated=False)
_LATER: Final = "said_later"  # session: what is said at the next run


def begin(page: str) -> None:
    """Stand on a page: whoever came by the menu has the focus on its title.

    Args:
        page: Its name.
    """
    _COMPONENT(key="access_page", data={"page": page})
    later = st.session_state.pop(_LATER, None)
    if later is not None:
        _COMPONENT(key="access_later", data=later)


def say(key: str, text: str, *, place: str = "", if_known: bool = False) -> None:
    """Read something out, once: a result, an epoch, an end.

    Args:
        key: What it is about; the same words about the same are not said again.
        text: Plain words, no Markdown.
        place: CSS selector of where the focus goes if the page has taken it away.
        if_known: Whether it is said only to those who heard of it before: that a training has
            ended is no news to who opens it a day later.
    """
    _COMPONENT(key=f"access_{key}", data=_sentence(key, text, place, if_known))


def say_later(key: str, text: str) -> None:
    """The same after the next rerun, which may not draw any more what it is about."""
    st.session_state[_LATER] = _sentence(key, text)


def _sentence(
    key: str, text: str, place: str = "", if_known: bool = False
) -> dict[str, str | bool]:
    return {"key": key, "text": text, "place": place, "if_known": if_known}
