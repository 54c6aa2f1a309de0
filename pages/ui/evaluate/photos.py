"""The photos behind a cell of the matrix, or all of them, the most telling first."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.charts.confusion_matrix import Cell
from pages.ui.evaluate import label_verdicts, matrix, relabel, viewer
from pages.ui.evaluate.answers import Asked
from pages.ui.parts import before_after, heatmap, tiles
from pipeline.evaluation import photo_ranking
from pipeline.wording import numbers

PAGE: Final = 24
ORDERS: Final = {
    "mistakes": ("Surest mistakes", photo_ranking.surest_mistakes),
    "unsure": ("Least sure", lambda _truth, shares: photo_ranking.least_sure(shares)),
    "best": ("Best", photo_ranking.surest_hits),
    "loss": ("By loss", photo_ranking.by_loss),
}


def show(asked: Asked) -> None:
    """The photos, and what is said of their labels; with where the network looked on request."""
    cell = matrix.chosen(asked)
    chosen = _of_a_cell(asked, cell) if cell is not None else _in_order(asked)
    if not len(chosen):
        none = "No photo was predicted wrong." if cell is None else "There is no such photo."
        st.success(none, icon=":material/check_circle:")
        relabel.conclude(asked)
        return
    losses = photo_ranking.photo_losses(asked.found.truth, asked.found.probabilities)
    slot = st.container()
    strength = heatmap.controls("evaluate", is_over=False)
    moment = before_after.AFTER
    if strength is not None:
        moment = before_after.choose(asked.run, "evaluate")
    part = tiles.page_of(chosen, PAGE, f"evaluate_page_{cell}_{len(chosen)}").tolist()
    shown = [
        viewer.Shown(
            place,
            float(losses[place]),
            () if strength is None else _looks(asked, place, strength, moment),
        )
        for place in part
    ]
    said = label_verdicts.of(asked.row) if asked.row.is_newest else None
    with slot:
        viewer.show(asked, shown, said)
        relabel.conclude(asked)


def _of_a_cell(asked: Asked, cell: Cell) -> NDArray[np.int64]:
    chosen = photo_ranking.photos_in_cell(asked.found.truth, asked.found.probabilities, *cell)
    truth, called = (asked.shown(index) for index in cell)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"Actual {truth}, predicted {called}", anchor=False, width="content")
        st.caption(numbers.photos(len(chosen)), width="content")
        st.button(
            "Show all photos",
            key="evaluate_clear",
            icon=":material/close:",
            type="tertiary",
            on_click=matrix.clear,
            args=(asked,),
            help="Forgets the cell that you pressed.",
        )
    return chosen


def _in_order(asked: Asked) -> NDArray[np.int64]:
    order = st.segmented_control(
        "Which photos",
        list(ORDERS),
        default="mistakes",
        required=True,
        key="evaluate_order",
        format_func=lambda one: ORDERS[one][0],
        label_visibility="collapsed",
        help="Surest mistakes and By loss bring wrong labels to the top; Least sure shows hard "
        "photos; Best shows what it recognises most easily.",
    )
    return ORDERS[order or "loss"][1](asked.found.truth, asked.found.probabilities)


def _looks(asked: Asked, position: int, strength: float, moment: str) -> list[before_after.Look]:
    """Where the networks see what was predicted in the end."""
    called = int(asked.found.called[position])
    jpeg = asked.photo_set.jpeg(asked.index(position))
    return before_after.looks(asked.run, jpeg, strength, moment, called)
