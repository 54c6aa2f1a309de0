"""Small pictures of which one is chosen."""

from __future__ import annotations

import base64

import pytest
import streamlit as st

from pages.ui.parts import picture_row
from pages.ui.parts.picture_row import Picture


def test_the_browser_gets_them_and_the_click_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict] = []
    monkeypatch.setattr(picture_row, "_COMPONENT", lambda **sent: given.append(sent))
    clicked: list[int] = []
    pictures = [Picture(b"one", "A cat"), Picture(b"two", "A dog")]
    picture_row.show(pictures, "Samples", "row", 1, clicked.append)
    (sent,) = given
    assert sent["data"] == {
        "label": "Samples",
        "chosen": 1,
        "small": False,
        "pictures": [
            {"jpeg": base64.b64encode(one.jpeg).decode(), "name": one.name} for one in pictures
        ],
    }
    monkeypatch.setattr(st, "session_state", {"row": {"chosen": {"place": 0, "at": 5}}})
    sent["on_chosen_change"]()
    assert clicked == [0]
