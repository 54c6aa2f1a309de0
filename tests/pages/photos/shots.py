"""A camera that takes what a test commands, in place of the browser's."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.ui.photos import burst_camera


class Shots:
    """What the browser sends next, and what it was told last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: dict[str, Any] = {}
        self._next: dict[str, Any] = {}
        self._number = 0
        monkeypatch.setattr(burst_camera, "_COMPONENT", self._draw)

    def send(
        self, app: AppTest, key: str, *frames: bytes, hold: str = "1", over: bool = True
    ) -> AppTest:
        """Frames of one hold."""
        self._number += 1
        photos = [base64.b64encode(one).decode() for one in frames]
        return self.say(
            app, key, "frames", number=self._number, hold=hold, photos=photos, over=over
        )

    def say(self, app: AppTest, key: str, what: str, **told: object) -> AppTest:
        """Any message."""
        self._next = told
        return app.button(key=f"{key} {what}").click().run()

    def _draw(
        self,
        key: str,
        data: Mapping[str, Any],
        on_frames_change: Callable[[], None],
        on_undone_change: Callable[[], None],
    ) -> None:
        self.told[key] = data
        for what, heard in (("frames", on_frames_change), ("undone", on_undone_change)):
            st.button(what, key=f"{key} {what}", on_click=partial(self._press, key, what, heard))

    def _press(self, key: str, what: str, heard: Callable[[], None]) -> None:
        st.session_state[key] = {what: self._next}
        heard()
