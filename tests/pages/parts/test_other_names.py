"""Rows of names with pickers: bounded, and what was said stays said on other pages of them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.ui.parts import other_names


def script(count: int) -> None:
    import streamlit as st

    from pages.ui.parts import other_names

    classes = [f"Owl {chr(97 + n // 26)}{chr(97 + n % 26)}x" for n in range(count)]
    sizes = {f"{name}es": place + 1 for place, name in enumerate(classes)}
    sizes |= {"kettle": 900, classes[0]: 3, "empty": 0}
    st.session_state["found"] = other_names.choose(sizes, classes, "map", "Leave out")


def test_three_hundred_names_are_shown_some_at_a_time() -> None:
    app = AppTest.from_function(script, args=(300,), default_timeout=60).run()
    assert not app.exception
    assert len(app.selectbox) == other_names.PAGE
    assert app.selectbox[0].label == "**kettle** · 900 photos"  # the largest first
    assert app.selectbox[0].value == -1
    found = app.session_state["found"]
    assert len(found) == 301
    assert found.pop("kettle") == ""
    assert all(name == f"{meant}es" for name, meant in found.items())


def test_what_was_said_stays_when_one_turns_the_page() -> None:
    app = AppTest.from_function(script, args=(20,), default_timeout=60).run()
    app.selectbox[0].set_value(4).run()
    first = app.selectbox[0].label
    app.session_state["map_page_3"] = 2
    app.run()
    assert app.selectbox[0].label != first
    assert app.session_state["found"]["kettle"] == "Owl aex"
    app.session_state["map_page_3"] = 1
    app.run()
    assert (app.selectbox[0].label, app.selectbox[0].value) == (first, 4)


def test_which_names_are_none_of_the_classes() -> None:
    sizes = {"cats": 5, "Dog": 9, "empty": 0, "puppies": 7, "unlabelled": 1}
    assert other_names.unknown(sizes, ["Cats", "dog"]) == {"puppies": 7, "unlabelled": 1}
