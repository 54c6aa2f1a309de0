"""The Evaluate page's parts: scores per class, the matrix, and the photos behind it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import (
    before_after,
    figures,
    gallery,
    heat,
    jobcard,
    matrices,
    resources,
    stores,
    tables,
    words,
)
from pages.ui.asked import Asked
from pipeline.evaluation import class_scores, photo_ranking
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.evaluation.predictions import Predictions
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers
from pipeline.workspace.run import Run

TEST: Final = "its test photos"
PAGE: Final = 12
ORDERS: Final = {
    "Surest mistakes": photo_ranking.surest_mistakes,
    "Least sure": lambda _truth, shares: photo_ranking.least_sure(shares),
    "Best": photo_ranking.surest_hits,
    "By loss": photo_ranking.by_loss,
}


def photos_asked_about(run: Run) -> Asked | None:
    """Choose which photos; the answers, or None while they are being asked for."""
    rows = {row.id: row for row in resources.photo_set_list()}
    choices = [TEST, run.photo_set_id, *(other for other in rows if other != run.photo_set_id)]
    names = {TEST: "Its test photos, which it never saw"}
    names[run.photo_set_id] = "All photos of its set, also those that it learned from"
    chosen = st.selectbox(
        "Photos",
        choices,
        key=f"evaluate_photos_{run.id}",
        format_func=lambda found: names.get(found) or f"Another set: {rows[found].name}",
        help="Test photos tell how good it is. All photos help to find wrong labels. Another "
        "labelled set shows how it does on photos from elsewhere.",
    )
    if chosen == TEST:
        found = resources.predictions(run.id)
        return _asked(run, run.photo_set_id, found, "test photos")
    kept = stores.runs().evaluation(run.id, chosen)
    if kept is not None:
        return _asked(run, chosen, kept, "photos")
    job = stores.jobs().latest("evaluate")
    if job and job.request == {"run": run.id, "photo_set": chosen}:
        jobcard.show(job.id, "The answers are there.")
        if not job.finished:
            return None
    if st.button("Ask it about these photos", key="evaluate_ask", icon=":material/quiz:"):
        stores.jobs().submit_evaluate(run.id, chosen)
        st.rerun()
    return None


def _asked(run: Run, photo_set_id: str, found: Predictions, what: str) -> Asked:
    row = stores.photo_sets().get(photo_set_id)
    photo_set = resources.photo_set(photo_set_id)
    learned = _learned(resources.photo_set(run.photo_set_id), photo_set, found)
    return Asked(run, row, photo_set, found, what, learned)


def _learned(source: PhotoSet, asked: PhotoSet, found: Predictions) -> int:
    """How many of the photos the run learned from; another set or version may hold them too."""
    training = {photo.sha256 for photo in source.photos if photo.split == "training"}
    return sum(asked.photos[index].sha256 in training for index in found.photo_indices.tolist())


def per_class(asked: Asked) -> None:
    """Precision and recall of each class, with intervals and numbers of photos."""
    scores = class_scores.class_scores(asked.found.truth, asked.found.probabilities)
    right = int((asked.found.called == asked.found.truth).sum())
    total = class_scores.Share(right, len(asked.found.truth))
    said = (
        f"**{asked.share(total)}** of {numbers.plural(total.photos, asked.what[:-1])} were called "
        "right: as their labels say."
    )
    if asked.learned:
        said += f" It learned from {asked.learned:,} of these, so this is no score."
    st.markdown(said)
    table = tables.class_scores(asked.run.classes, scores)
    if asked.learned:
        table["Found"] = [asked.share(one.recall) for one in scores]
        table["Right when called"] = [asked.share(one.precision) for one in scores]
    with st.expander("Each class on its own", icon=":material/table_rows:", expanded=True):
        st.dataframe(
            table,
            hide_index=True,
            height="content" if len(scores) < 12 else 420,
            alt="Precision and recall of each class"
            + ("" if asked.learned else " with their 95 % intervals"),
        )
        brackets = (
            ""
            if asked.learned
            else " In brackets the range in which the true share lies 19 times of 20."
        )
        st.caption(
            "**Found** (recall): of the photos with this label, how many were called so. "
            "**Right when called** (precision): of the photos that were called so, how many have "
            "this label. **F1**: both in one number, from 0 to 1; it is high only where both are."
            + brackets
        )


def matrix(asked: Asked) -> tuple[int, int] | None:
    """The confusion matrix; the cell that was clicked, as (is, was called)."""
    counts = confusion_matrix(asked.found.truth, asked.found.called, len(asked.run.classes))
    st.header("What is called what")
    cleared = f"evaluate_cleared_{asked.run.id}"  # session: how often the choice was taken back
    event = figures.draw(
        matrices.confusion(counts, asked.run.classes),
        figures.Table(
            tables.confusion(counts, asked.run.classes),
            "Confusion matrix: rows are what a photo's label says, columns what it was called",
            has_index=True,
        ),
        # A chart keeps its selection; only one with another key begins without.
        key=f"evaluate_matrix_{asked.run.id}_{asked.row.id}_{st.session_state.get(cleared, 0)}",
        alt=matrices.describe(counts, asked.run.classes),
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
    truth, called = divmod(int(points[0]["point_index"]), len(asked.run.classes))
    return truth, called


def photos(asked: Asked, cell: tuple[int, int] | None) -> None:
    """The photos of a cell, or the most telling ones; with heatmaps on request."""
    found = asked.found
    if cell is not None:
        chosen = photo_ranking.photos_in_cell(found.truth, found.probabilities, *cell)
        truth, called = (words.literal(asked.name(index)) for index in cell)
        st.subheader(f"Labelled {truth}, called {called}", anchor=False)
    else:
        order = st.segmented_control(
            "Which photos",
            list(ORDERS),
            default="Surest mistakes",
            required=True,
            key="evaluate_order",
            help="Surest mistakes and By loss bring wrong labels to the top; Least sure shows hard "
            "photos; Best shows what it recognises most easily.",
        )
        chosen = ORDERS[order or "By loss"](found.truth, found.probabilities)
    if not len(chosen):
        st.success("There is no such photo.", icon=":material/check_circle:")
        return
    pages = -(-len(chosen) // PAGE)
    strength = heat.controls()
    moment = before_after.AFTER
    if strength is not None:
        moment = before_after.choose(asked.run, "evaluate")
    page = st.pagination(pages, key=f"evaluate_page_{cell}_{len(chosen)}") if pages > 1 else 1
    part = [int(position) for position in chosen[(page - 1) * PAGE : page * PAGE]]
    if strength is None or moment == before_after.AFTER:
        gallery.grid([_tile(asked, position, strength) for position in part], columns=4)
    else:
        before_after.draw([_looks(asked, position, strength, moment) for position in part])
    st.caption(f"{numbers.plural(len(chosen), 'photo')} in all.")


def _tile(asked: Asked, position: int, strength: float | None) -> gallery.Tile:
    if strength is None:
        picture = resources.thumbnail(asked.photo_set.id, asked.index(position))
        return gallery.Tile(picture, asked.told(position), asked.alt(position))
    called = int(asked.found.called[position])
    picture, where = heat.picture(asked, position, called, strength)
    return gallery.Tile(picture, asked.told(position), f"{asked.alt(position)}; looked at {where}")


def _looks(
    asked: Asked, position: int, strength: float, moment: str
) -> tuple[str, list[before_after.Look]]:
    """What a photo's label says, and where the networks see what it was called in the end."""
    called, truth = int(asked.found.called[position]), int(asked.found.truth[position])
    jpeg = asked.photo_set.jpeg(asked.index(position))
    found = before_after.looks(asked.run, jpeg, strength, moment, called)
    return f"Labelled {words.literal(asked.name(truth))}", found
