"""The question before something goes for good, and leaving it afterwards."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def asked() -> AppTest:
    """A page that asks about the thing in its address, and leaves it when somebody is sure."""

    def script() -> None:
        import streamlit as st

        from pages.ui.parts import deleting

        st.text(st.query_params.get("set", "nothing"))
        if deleting.is_sure("thing"):
            deleting.leave("set", "It is gone.")

    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["set"] = "one"
    app.query_params["page"] = "2"
    return app.run()


def test_keeping_it_changes_nothing() -> None:
    app = asked()
    app.button(key="thing_delete_no").click().run()
    assert not app.exception
    assert app.text[0].value == "one"


def test_who_is_sure_leaves_what_is_gone_and_nothing_else() -> None:
    app = asked()
    app.button(key="thing_delete_yes").click().run()
    assert not app.exception
    assert app.text[0].value == "nothing"
    assert "page" in app.query_params
