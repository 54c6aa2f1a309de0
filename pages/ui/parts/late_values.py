"""Controls that were all put to other values at once, and a browser that does not know it yet.

What is sent in that moment still has the values from before: they would take everything back.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Final

import streamlit as st

_PUT: Final = "late_values"  # session: until when, and each key with its value before and after
_LATE_S: Final = 2.0


def values(keys: Iterable[str]) -> dict[str, Any]:
    """What controls stand at, as far as they stand at anything."""
    return {key: st.session_state[key] for key in keys if key in st.session_state}


def put(before: dict[str, Any]) -> None:
    """Take note that controls have just been put to other values.

    Args:
        before: What they stood at until then, by session key.
    """
    changed = {
        key: (value, st.session_state[key])
        for key, value in before.items()
        if st.session_state[key] != value
    }
    st.session_state[_PUT] = time.monotonic() + _LATE_S, changed


def hold() -> None:
    """Put back what a late message has undone; to be called before the controls are drawn."""
    until, changed = st.session_state.get(_PUT, (0.0, {}))
    if time.monotonic() > until:
        return
    for key, (before, after) in changed.items():
        if st.session_state.get(key) == before:
            st.session_state[key] = after
