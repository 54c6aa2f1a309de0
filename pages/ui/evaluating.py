"""The Evaluate page's parts: the matrix, the photos behind it, scores per class, a threshold."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import (
    before_after,
    chart_tables,
    figures,
    frame,
    gallery,
    heat,
    jobcard,
    matrices,
    resources,
    tables,
    words,
)
from pages.ui.asked import Asked
from pipeline import evaluation
from pipeline.scores import confusion_matrix
from pipeline.workspace.runs import Predictions, Run

TEST: Final = "its test photos"
PAGE: Final = 12
ORDERS: Final = {
    "Surest mistakes": evaluation.surest_mistakes,
    "Least sure": lambda _truth, shares: evaluation.least_sure(shares),
    "Best": evaluation.surest_hits,
    "By loss": evaluation.by_loss,
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
    kept = resources.runs().evaluation(run.id, chosen)
    if kept is not None:
        return _asked(run, chosen, kept, "photos")
    job = resources.jobs().latest("evaluate")
    if job and job.request == {"run": run.id, "photo_set": chosen}:
        jobcard.show(job.id, "The answers are there.")
        if not job.finished:
            return None
    if st.button("Ask it about these photos", key="evaluate_ask", icon=":material/quiz:"):
        resources.jobs().submit_evaluate(run.id, chosen)
        st.rerun()
    return None


def _asked(run: Run, photo_set_id: str, found: Predictions, what: str) -> Asked:
    row = resources.photo_sets().get(photo_set_id)
    return Asked(run, row, resources.photo_set(photo_set_id), found, what)


def per_class(asked: Asked) -> None:
    """Precision and recall of each class, with intervals and numbers of photos."""
    scores = evaluation.class_scores(asked.found.truth, asked.found.probabilities)
    right = int((asked.found.called == asked.found.truth).sum())
    total = evaluation.Share(right, len(asked.found.truth))
    st.markdown(
        f"**{words.share(total)}** of {words.plural(total.photos, asked.what[:-1])} were called "
        "right."
    )
    with st.expander("Each class on its own", icon=":material/table_rows:", expanded=True):
        st.dataframe(
            tables.class_scores(asked.run.classes, scores),
            hide_index=True,
            height="content" if len(scores) < 12 else 420,
            alt="Precision and recall of each class with their 95 % intervals",
        )
        st.caption(
            "**Found** (recall): of the photos that show the class, how many were called it. "
            "**Right when called** (precision): of the photos that were called it, how many show "
            "it. In brackets the range in which the true share lies 19 times of 20."
        )


def matrix(asked: Asked) -> tuple[int, int] | None:
    """The confusion matrix; the cell that was clicked, as (is, was called)."""
    counts = confusion_matrix(asked.found.truth, asked.found.called, len(asked.run.classes))
    st.header("What is called what")
    event = figures.draw(
        matrices.confusion(counts, asked.run.classes),
        figures.Table(
            tables.confusion(counts, asked.run.classes),
            "Confusion matrix: rows are what a photo is, columns what it was called",
            has_index=True,
        ),
        key=f"evaluate_matrix_{asked.run.id}_{asked.row.id}",
        alt=matrices.describe(counts, asked.run.classes),
        on_select="rerun",
        selection_mode="points",
        width="content",
    )
    points = event.selection.points if event else []
    if not points:
        st.caption("Click a cell to see its photos.")
        return None
    truth, called = divmod(int(points[0]["point_index"]), len(asked.run.classes))
    return truth, called


def photos(asked: Asked, cell: tuple[int, int] | None) -> None:
    """The photos of a cell, or the most telling ones; with heatmaps on request."""
    found = asked.found
    if cell is not None:
        chosen = evaluation.photos_in_cell(found.truth, found.probabilities, *cell)
        truth, called = (words.literal(asked.name(index)) for index in cell)
        st.subheader(f"Is {truth}, was called {called}", anchor=False)
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
    st.caption(f"{words.plural(len(chosen), 'photo')} in all.")


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
    """What a photo is, and where the networks see in it what it was called in the end."""
    called, truth = int(asked.found.called[position]), int(asked.found.truth[position])
    jpeg = asked.photo_set.jpeg(asked.index(position))
    found = before_after.looks(asked.run, jpeg, strength, moment, called)
    return f"A photo of {words.literal(asked.name(truth))}", found


def threshold(asked: Asked) -> None:
    """For two classes: both curves, and what another threshold would bring."""
    if len(asked.run.classes) != 2:
        return
    curve = evaluation.threshold_curve(asked.found.truth, asked.found.probabilities)
    positive = words.literal(asked.name(1))
    st.header("How sure must it be?")
    st.markdown(
        f"A photo is called {positive} from 50 % on. Where one mistake is worse than the other, "
        "another threshold is better; see what it would bring.",
        width=frame.TEXT_PX,
    )
    at = st.slider(
        f"Call it {positive} from this probability on",
        0.01,
        0.99,
        0.5,
        0.01,
        key=f"evaluate_threshold_{asked.run.id}",
        help="Higher: fewer false alarms, more misses. Lower: the other way round. Usual is 0.5. "
        "It changes nothing in the run; it shows what would be.",
    )
    now = curve.at(at)
    shown = {
        f"{positive} found": now.recall,
        f"Right when called {positive}": now.precision,
        f"{words.literal(asked.name(0))} left in peace": now.specificity,
        "All right": now.accuracy,
    }
    with st.grid(4, min_column_width=170, gap="small"):
        for label, share in shown.items():
            value = "no photos" if share.value is None else words.percent(share.value)
            st.metric(label, value, border=True, help=words.share_in_full(share))
    average = f"average precision {curve.average_precision or 0:.3f}"
    figures.beside(
        [
            (matrices.roc(curve, now), "evaluate_roc", f"ROC curve, area {curve.auroc or 0:.3f}"),
            (
                matrices.precision_recall(curve, now),
                "evaluate_pr",
                f"Precision over recall, {average}",
            ),
        ],
        chart_tables.thresholds(curve),
    )
