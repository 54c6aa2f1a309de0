"""Hands photos to a component of our own with a message of their own.

What holds thousands of points or photos need not be sent again with each of them.
"""

from __future__ import annotations

from typing import Any, Final

from pages.ui import component

_COURIER: Final = component.beside(__file__)


def send(to: str, **told: Any) -> None:
    """Tell the component of a key something, mostly photos.

    Args:
        to: The key.
        told: What its script expects.
    """
    _COURIER(key=f"{to}_photos", data={"map": to, **told})
