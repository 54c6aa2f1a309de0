"""What is ticked in the gallery, whoever ticks it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_what_another_page_ticks_is_shown_alone() -> None:
    def script() -> None:
        from types import SimpleNamespace

        import streamlit as st

        from pages.ui.parts import picked

        row = SimpleNamespace(id="abc")
        picked.pick(row, {1})
        before = picked.generation(row)
        picked.show_picked(row, [7, 9])
        st.text(sorted(picked.photos(row)))
        st.text(picked.generation(row) - before)

    app = AppTest.from_function(script).run()
    assert [one.value for one in app.text] == ["[7, 9]", "1"]
    assert app.session_state["photos_show_abc"] == "picked"
    assert app.session_state["photos_class_abc"] == "all"
