"""What is called what: the confusion matrix that can be clicked; of many classes its worst part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui.charts import figure
from pages.ui.charts.confusion_matrix import MOST_CELLS, cells_with_photos, confusion, describe
from pages.ui.evaluate import mix_ups
from pages.ui.evaluate.answers import Asked
from pipeline.evaluation import metrics
from pipeline.wording import numbers
from pipeline.wording.names import apart

WORST: Final = 30  # classes of the matrix where there are more than `MOST_CELLS`
Cell = tuple[int, int]  # class indices: is, was called


def choose(asked: Asked) -> Cell | None:
    """The cell or line that was clicked last."""
    size = len(asked.run.classes)
    counts = metrics.confusion_matrix(asked.found.truth, asked.found.called, size)
    st.header("What is called what")
    if size <= MOST_CELLS:
        return _cell(asked, counts, range(size))
    line = mix_ups.choose(asked, counts)
    worst = metrics.most_mixed(counts, WORST)
    if not worst:
        return line
    st.markdown(
        f"**The {numbers.plural(len(worst), 'class', 'classes')} that were mixed up most**, among "
        "themselves:"
    )
    return _newest(f"evaluate_newest_{asked.run.id}", line, _cell(asked, counts, worst))


def _cell(asked: Asked, counts: NDArray[np.int64], some: Sequence[int]) -> Cell | None:
    """Draw the matrix of some classes; the cell that was clicked."""
    part = counts[np.ix_(some, some)]
    classes = [asked.run.classes[index] for index in some]
    cleared = f"evaluate_cleared_{asked.run.id}"  # session: how often the choice was taken back
    event = figure.draw(
        confusion(part, classes),
        figure.Table(
            confusion_table(part, classes),
            "Confusion matrix: rows are what a photo's label says, columns what it was called",
            has_index=True,
        ),
        # A chart keeps its selection; only one with another key begins without.
        key=f"evaluate_matrix_{asked.run.id}_{asked.row.id}_{st.session_state.get(cleared, 0)}",
        alt=describe(part, classes),
        on_select="rerun",
        selection_mode="points",
        width="content",
    )
    points = event.selection.points if event else []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Each row is a label, each column what the photos were called. Click a cell to see "
            "its photos.",
            width="content",
        )
        if not points:
            return None

        def clear() -> None:
            st.session_state[cleared] = st.session_state.get(cleared, 0) + 1

        st.button(
            "Show all photos again",
            key="evaluate_clear",
            icon=":material/close:",
            on_click=clear,
            help="Forgets the cell that you clicked.",
        )
    truth, called = cells_with_photos(part)[int(points[0]["point_index"])]
    return some[truth], some[called]


def _newest(key: str, *chosen: Cell | None) -> Cell | None:
    """Of what is chosen in several places, what was chosen last."""
    before, last = st.session_state.get(key, ((None,) * len(chosen), 0))
    changed = [place for place, one in enumerate(chosen) if one != before[place]]
    last = changed[0] if changed else last
    st.session_state[key] = (chosen, last)
    return chosen[last] or next(filter(None, chosen), None)


def confusion_table(counts: NDArray[np.int64], classes: Sequence[str]) -> pd.DataFrame:
    """The confusion matrix: rows are what a photo is, columns what it was called."""
    shown = apart(classes).values()
    return pd.DataFrame(
        counts,
        index=[f"is {name}" for name in shown],
        columns=[f"called {name}" for name in shown],
    )
