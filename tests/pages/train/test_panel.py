"""What opens below the curves, and is closed again."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.ui.train.panel import Panel

    panel = Panel("one", "Open it", ":material/tune:", "Opens it.")
    panel.button()
    if panel.is_open:
        st.write("in sight")
        panel.close_button()


def test_it_is_open_until_it_is_closed() -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.markdown
    app.button(key="one").click().run()
    assert app.run().markdown[0].value == "in sight"
    app.button(key="one_close").click().run()
    assert not app.markdown
