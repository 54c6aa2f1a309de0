"""The tabs of the Evaluate page: only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import frame
from pages.ui.evaluate import answers, matrix, photo_map, photos, scores, thresholds
from pages.ui.evaluate.answers import Asked
from pages.ui.parts import pickers
from pipeline.wording import numbers
from pipeline.workspace.run import Run

STYLE: Final = Path(__file__).parent / "desk.css"
VIEW: Final = "evaluate_tabs"  # session: the open tab
MATRIX_TAB: Final = "Matrix and photos"
THRESHOLDS_TAB: Final = "ROC and thresholds"
CLASSES_TAB: Final = "Each class"
MAP_TAB: Final = "Map"


def show(rows: Sequence[Run]) -> None:
    """Choose a run and photos, and look at the answers.

    Args:
        rows: The runs that have answers.
    """
    st.html(STYLE)
    with st.container(key="evaluate_top"):
        with st.container():
            run = pickers.run("Run", rows, "evaluate_choice", "Whose answers to look at.")
        with st.container():
            asked = answers.photos_asked_about(run)
    if asked is None:
        return
    scores.headline(asked)
    parts: dict[str, Callable[[Asked], None]] = {
        MATRIX_TAB: _beside,
        THRESHOLDS_TAB: thresholds.show,
        CLASSES_TAB: scores.per_class,
    }
    if asked.source is not None:
        parts[MAP_TAB] = photo_map.show
    for tab, part in zip(
        st.tabs(list(parts), key=VIEW, on_change="rerun"), parts.values(), strict=True
    ):
        if tab.open:  # what nobody looks at is not drawn
            with tab, frame.guard():
                part(asked)


@st.fragment
@frame.guard()
def _beside(asked: Asked) -> None:
    """Matrix left, photos of the pressed cell right."""
    with st.container(key="evaluate_desk"):
        left = st.container(key="evaluate_left")
        right = st.container(key="evaluate_right")
    with left:
        matrix.show(asked)
    with right, frame.guard():
        if asked.source is None:
            _without_photos(asked)
        else:
            photos.show(asked)


def _without_photos(asked: Asked) -> None:
    """What stands in the place of the example's photos."""
    cell = matrix.chosen(asked)
    if cell is not None:
        truth, called = (asked.shown(index) for index in cell)
        found = asked.found
        count = int(((found.truth == cell[0]) & (found.called == cell[1])).sum())
        st.subheader(f"Actual {truth}, predicted {called}", anchor=False)
        st.markdown(f"**{numbers.photos(count)}**")
    many = numbers.photos(len(asked.found.truth))
    st.markdown(
        f":material/hide_image: The example was asked about {many} of “Kaggle Cats and Dogs”, "
        "which it had not learned from. Its answers came with PawTune, the photos did not. A run "
        "of your own shows them here, each with where the network looked.",
        width=frame.TEXT_PX,
    )
    frame.go_to_train()
