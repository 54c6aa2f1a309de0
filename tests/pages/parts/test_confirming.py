"""The question before something that cannot be taken back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.parametrize(("pressed", "said"), [("thing_yes", "done"), ("thing_no", "")])
def test_only_who_is_sure_does_it(pressed: str, said: str) -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.parts import confirming

        if confirming.is_sure("thing", "Do it", "Leave it"):
            st.text("done")

    app = AppTest.from_function(script, default_timeout=60).run()
    app.button(key=pressed).click().run()
    assert not app.exception
    assert "".join(text.value for text in app.text) == said
