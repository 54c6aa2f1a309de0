"""The tabs of the Photos page: one is open, and buttons lead to others."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def opened(classes: list[str]) -> AppTest:
    """A page that writes which tab is open, with a button that leads to the check-up."""

    def script(classes: list[str]) -> None:
        import streamlit as st

        from pages.ui.photos import tabs

        st.text(tabs.opened(classes))
        if st.button("Check it", key="check"):
            tabs.go(tabs.CHECK)

    return AppTest.from_function(script, kwargs={"classes": classes}, default_timeout=60)


def test_the_first_tab_is_open_until_a_button_leads_on() -> None:
    app = opened(["cat", "dog"]).run()
    assert app.text[0].value == "look"
    app.button(key="check").click().run()
    assert not app.exception
    assert app.text[0].value == "check"
    app.run()
    assert app.text[0].value == "check"


def test_without_photos_one_can_only_add_some() -> None:
    app = opened([])
    app.session_state["photos_tab"] = "keep"
    app.run()
    assert not app.exception
    assert app.text[0].value == "add"
    assert len(app.get("button_group")[0].options) == 1


def test_labels_are_given_where_photos_have_none() -> None:
    tabs = [len(opened(names).run().get("button_group")[0].options) for names in (
        ["cat", "dog"], ["cat", "Unlabelled"],
    )]  # fmt: skip
    assert tabs == [5, 6]


def test_adding_is_a_tab_only_while_it_is_open() -> None:
    app = opened(["cat", "dog"])
    app.session_state["photos_tab"] = "add"
    app.run()
    assert app.text[0].value == "add"
    assert len(app.get("button_group")[0].options) == 6
    app.button(key="check").click().run()
    assert (app.text[0].value, len(app.get("button_group")[0].options)) == ("check", 5)
