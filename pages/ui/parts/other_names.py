"""A row for each name that is none of some classes, with a picker of the class that it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from pages.ui import markdown
from pages.ui.parts import tiles
from pipeline.photos import other_names
from pipeline.wording import names, numbers

PAGE: Final = 8  # rows at a time; each picker has all the classes
_NONE: Final = -1  # instead of the index of a class


def unknown(sizes: Mapping[str, int], classes: Sequence[str]) -> dict[str, int]:
    """How many photos each name has that is none of the classes, the largest first.

    Args:
        sizes: Photos of each name.
        classes: The classes.
    """
    known = other_names.labels(list(sizes), classes, {})
    found = {name: count for name, count in sizes.items() if count and name not in known}
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def choose(
    sizes: Mapping[str, int], classes: Sequence[str], key: str, instead: str
) -> dict[str, str]:
    """Ask which class each name means; what comes near is chosen beforehand.

    Args:
        sizes: Photos of each name, those of the classes too.
        classes: The classes.
        key: With which those of the pickers begin.
        instead: What is done with photos of a name that means none, in the picker's words.

    Returns:
        The class for each name, or `other_names.LEFT_OUT`.
    """
    asked = unknown(sizes, classes)
    present = [classes[at] for at in other_names.labels(list(sizes), classes, {}).values()]
    meant = other_names.suggest(asked, classes, present)
    said: dict[str, str] = st.session_state.setdefault(f"{key}_said", {})
    shown, rows = list(names.apart(classes).values()), names.apart(asked)
    for name in tiles.page_of(list(asked), PAGE, f"{key}_page"):
        one = f"{key}_{name}"
        if one not in st.session_state:
            before = said.get(name, meant[name]) or other_names.LEFT_OUT
            st.session_state[one] = classes.index(before) if before in classes else _NONE

        def remember(name: str = name, one: str = one) -> None:
            place = st.session_state[one]
            said[name] = other_names.LEFT_OUT if place == _NONE else classes[place]

        st.selectbox(
            f"**{markdown.literal(rows[name])}** · {numbers.photos(asked[name])}",
            [_NONE, *range(len(classes))],
            key=one,
            on_change=remember,
            format_func=lambda place: instead if place == _NONE else shown[place],
            help="Suggested where the names are nearly the same. Type to search.",
            width=420,
        )
    return {name: said.get(name, meant[name] or other_names.LEFT_OUT) for name in asked}
