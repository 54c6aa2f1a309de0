"""What opens below the curves at the press of a button, and is closed again."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Panel:
    """One of them.

    Attributes:
        key: With which the keys of its controls begin.
        label: Of the button that opens it.
        icon: Of the same.
        help: Of the same.
    """

    key: str
    label: str
    icon: str
    help: str

    @property
    def is_open(self) -> bool:
        """Whether it is looked at."""
        return bool(st.session_state.get(self._open))

    def set_open(self, is_open: bool) -> None:
        """Open or close it; stays so while the session lasts."""
        st.session_state[self._open] = is_open

    def button(self) -> None:
        """Opens it."""
        st.button(
            self.label,
            key=self.key,
            icon=self.icon,
            help=self.help,
            on_click=self.set_open,
            args=(True,),
        )

    def close_button(self, disabled: bool = False) -> None:
        """Closes it."""
        st.button(
            "Close",
            key=f"{self.key}_close",
            icon=":material/close:",
            type="tertiary",
            on_click=self.set_open,
            args=(False,),
            disabled=disabled,
        )

    @property
    def _open(self) -> str:
        return f"{self.key}_open"
