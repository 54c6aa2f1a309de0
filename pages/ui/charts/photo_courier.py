"""Hands photos to a component of our own with a message of their own.

What holds thousands of points or photos need not be sent again with each of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

_COURIER: Final = st.components.v2.component(
    "pawtune_photo_courier",
    js=(Path(__file__).parent / "photo_courier.js").read_text(encoding="utf-8"),
)


def send(to: str, **told: Any) -> None:
    """Tell the component of a key something, mostly photos.

    Args:
        to: The key.
        told: What its script expects.
    """
    _COURIER(key=f"{to}_photos", data={"map": to, **told})
