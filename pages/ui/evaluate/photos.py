"""The photos behind a cell of the matrix, or all of them, the most telling first."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import resources
from pages.ui.evaluate.answers import Asked
from pages.ui.parts import before_after, heatmap, tiles
from pages.ui.parts.heatmap import SHOWN_PX, painted
from pipeline.classify.heatmap import whereabouts
from pipeline.evaluation import photo_ranking
from pipeline.wording import numbers

PAGE: Final = 12
ORDERS: Final = {
    "mistakes": ("Surest mistakes", photo_ranking.surest_mistakes),
    "unsure": ("Least sure", lambda _truth, shares: photo_ranking.least_sure(shares)),
    "best": ("Best", photo_ranking.surest_hits),
    "loss": ("By loss", photo_ranking.by_loss),
}


def photos(asked: Asked, cell: tuple[int, int] | None) -> None:
    """The photos of a cell, or the most telling ones; with heatmaps on request."""
    found = asked.found
    if cell is not None:
        chosen = photo_ranking.photos_in_cell(found.truth, found.probabilities, *cell)
        truth, called = (asked.shown(index) for index in cell)
        st.subheader(f"Labelled {truth}, called {called}", anchor=False)
    else:
        order = st.segmented_control(
            "Which photos",
            list(ORDERS),
            default="mistakes",
            required=True,
            key="evaluate_order",
            format_func=lambda one: ORDERS[one][0],
            help="Surest mistakes and By loss bring wrong labels to the top; Least sure shows hard "
            "photos; Best shows what it recognises most easily.",
        )
        chosen = ORDERS[order or "loss"][1](found.truth, found.probabilities)
    if not len(chosen):
        none = "No photo was called wrong." if cell is None else "There is no such photo."
        st.success(none, icon=":material/check_circle:")
        return
    strength = heatmap.controls()
    moment = before_after.AFTER
    if strength is not None:
        moment = before_after.choose(asked.run, "evaluate")
    part = tiles.page_of(chosen, PAGE, f"evaluate_page_{cell}_{len(chosen)}").tolist()
    if strength is None or moment == before_after.AFTER:
        tiles.grid([_tile(asked, position, strength) for position in part], columns=4)
    else:
        before_after.draw([_looks(asked, position, strength, moment) for position in part])
    st.caption(f"{numbers.photos(len(chosen))} in all.")


def _tile(asked: Asked, position: int, strength: float | None) -> tiles.Tile:
    if strength is None:
        thumbnail = resources.thumbnail(asked.photo_set.id, asked.index(position))
        return tiles.Tile(thumbnail, asked.told(position), asked.alt(position))
    called = int(asked.found.called[position])
    looked, where = picture(asked, position, called, strength)
    return tiles.Tile(looked, asked.told(position), f"{asked.alt(position)}; looked at {where}")


def _looks(
    asked: Asked, position: int, strength: float, moment: str
) -> tuple[str, list[before_after.Look]]:
    """What a photo's label says, and where the networks see what it was called in the end."""
    called, truth = int(asked.found.called[position]), int(asked.found.truth[position])
    jpeg = asked.photo_set.jpeg(asked.index(position))
    found = before_after.looks(asked.run, jpeg, strength, moment, called)
    return f"Labelled {asked.shown(truth)}", found


def picture(asked: Asked, position: int, class_index: int, strength: float) -> tuple[bytes, str]:
    """The painted photo as JPEG, and in words where the heat is."""
    found = asked.heat(position, class_index)
    photo = resources.square(asked.photo_set.id, asked.index(position), SHOWN_PX)
    return painted(photo, found, strength), whereabouts(found)
