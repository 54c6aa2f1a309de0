"""What came out of a run: the score, and test photos with their answers."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import markdown, resources
from pages.ui.parts import tiles
from pages.ui.runs import data_frames
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import is_cross_validated, is_of_few
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import answer_text, numbers, score_text
from pipeline.wording.text import joined
from pipeline.workspace.run import Run

BATCH: Final = 32
GRID_PX: Final = 720
SHORTEST_S: Final = 0.5  # what took less is not worth a word
STAGES: Final = {
    "decode": "decoding photos",
    "augment": "drawing views",
    "frozen": "frozen layers",
    "head": "the head",
    "tail": "released layers",
    "validation": "validation",
    "start": "getting ready",
    "save": "saving",
    "judge": "judging every photo",
    "packing": "saving and testing",
}
_MOST_TOLD: Final = 12  # classes; of more, only those that occur get their number told
MIXED: Final = "mixed"
WRONG: Final = "wrong"
UNSURE: Final = "unsure"
CHOICES: Final = {MIXED: "Mixed", WRONG: "Wrong", UNSURE: "Least sure"}


def scores(run: Run) -> None:
    """The first score as numbers."""
    test = run.shown
    if test is None:
        return
    by_folds = is_cross_validated(test)
    with st.grid(4, min_column_width=150, gap="small"):
        st.metric(
            f"Accuracy{score_text.before(test, run.config)}" if by_folds else "Test accuracy",
            numbers.percent(test["accuracy"]),
            border=True,
            help=f"Share of {score_text.judged(test)} predicted correctly, each by a network "
            "that had "
            "not seen it."
            if by_folds
            else "Share of test photos predicted correctly. The network never saw them before.",
        )
        st.metric(
            "95 % interval, in %",
            numbers.interval(test["low"], test["high"]),  # fits a telephone
            border=True,
            help=f"{numbers.MEANING} Two runs whose intervals overlap widely may be equally good.",
        )
        st.metric(
            "Loss" if by_folds else "Test loss",
            f"{test['loss']:.4f}",
            border=True,
            help="Also counts how sure it was: sure and wrong costs much.",
        )
        st.metric(
            score_text.judges(test),
            f"{int(test['photos']):,}",
            border=True,
            help=f"More are surer. These are {score_text.judged(test)}{score_text.scenes(test)}.",
        )
        if "balanced_accuracy" in test:
            st.metric(
                "Balanced accuracy",
                numbers.percent(test["balanced_accuracy"]),
                border=True,
                help="The recall of each class, on average over the classes: a rare class "
                "counts as much as a frequent one. Always naming one class would give "
                f"{numbers.percent(1 / len(run.classes), 0)}.",
            )
            st.metric(
                "Lowest recall",
                numbers.percent(test["worst_recall"]),
                border=True,
                help="The recall of the class where it is lowest: "
                f"{markdown.name(run.classes[int(test['worst_class'])], run.classes)}, with "
                f"{numbers.photos(int(test['worst_photos']))} here.",
            )
    told = answer_text.kinds(run.test, "test photo")
    if told and not (run.cross_validation and is_of_few(run.test)):
        st.caption(told)


def milestones(run: Run) -> None:
    """Loss and accuracy before, after each phase, at the epoch that was kept, and in the test."""
    st.dataframe(
        data_frames.milestones(run),
        hide_index=True,
        height="content",
        column_config={
            "Loss": st.column_config.NumberColumn(format="%.4f"),
            "Accuracy %": st.column_config.NumberColumn(format="%.1f"),
        },
        alt="Loss and accuracy at the baseline, after each phase and in the test",
    )


def time_spent(run: Run) -> str:
    """Where a run's time went, the longest first; nothing where that was not noted."""
    spent = sorted(run.stage_seconds.items(), key=lambda stage: -stage[1])
    parts = [
        f"{STAGES.get(stage, stage)} {numbers.duration(seconds)}"
        for stage, seconds in spent
        if seconds >= SHORTEST_S
    ]
    return f"The time went to: {joined(parts)}." if parts else ""


def test_photos(run: Run) -> None:
    """Nine test photos, predicted and actual."""
    found = resources.predictions(run.id)
    photo_set = resources.photo_set(run.photo_set_id)
    choice = st.segmented_control(
        "Which photos",
        list(CHOICES),
        default=MIXED,
        format_func=CHOICES.__getitem__,
        key=f"runs_which_{run.id}",
        required=True,
        help="Mixed shows any; Wrong and Least sure show what is worth a look: hard photos, "
        "and labels that may be wrong.",
    )
    chosen = pick(found, choice or MIXED)
    if not len(chosen):
        st.success("No test photo was predicted wrongly.", icon=":material/check_circle:")
        return
    with st.container(width=GRID_PX):
        tiles.grid([_tile(run, photo_set, found, int(position)) for position in chosen])


def pick(found: Predictions, choice: str) -> NDArray[np.int64]:
    """Up to nine positions among the test photos.

    Args:
        found: All predictions of the run.
        choice: One of `CHOICES`.
    """
    sure = found.probabilities.max(axis=1)
    order = np.random.default_rng(0).permutation(len(sure))
    if choice == WRONG:
        wrong = np.flatnonzero(found.called != found.truth)
        order = wrong[np.argsort(-sure[wrong], kind="stable")]
    elif choice == UNSURE:
        order = np.argsort(sure, kind="stable")
    return order[: tiles.PAGE]


def _tile(run: Run, photo_set: PhotoSet, found: Predictions, position: int) -> tiles.Tile:
    called, truth = int(found.called[position]), int(found.truth[position])
    share = numbers.percent(float(found.probabilities[position, called]), 0)
    name, true_name = run.classes[called], run.classes[truth]
    right = called == truth
    mark = ":green[:material/check:]" if right else ":red[:material/close:]"
    text = f"{mark} {markdown.name(name, run.classes, 18)}, {share}"
    if not right:
        text += f"  \nlabelled {markdown.name(true_name, run.classes, 18)}"
    return tiles.Tile(
        resources.thumbnail(photo_set.id, int(found.photo_indices[position])),
        text,
        f"Test photo labelled {true_name}, predicted {name} ({share})",
    )


def test_batch(run: Run) -> None:
    """Predictions beside labels for one batch of test photos, as the tutorial prints them."""
    found = resources.predictions(run.id)
    photo_set = resources.photo_set(run.photo_set_id)
    order = np.random.default_rng(1).permutation(len(found.truth))
    chosen = tiles.page_of(order, BATCH, f"runs_batch_{run.id}")
    right = int((found.called[chosen] == found.truth[chosen]).sum())
    here = {*found.called[chosen].tolist(), *found.truth[chosen].tolist()}
    told = [
        f"{index} is {markdown.name(name, run.classes)}"
        for index, name in enumerate(run.classes)
        if len(run.classes) <= _MOST_TOLD or index in here
    ]
    st.markdown(
        f"**{right} of {numbers.photos(len(chosen))} right.** Each class has a number: "
        f"{joined(told)}."
    )
    st.code(
        f"Predictions: {found.called[chosen].tolist()}\nLabels:      "
        f"{found.truth[chosen].tolist()}",
        language=None,
        wrap_lines=True,
    )
    names = [photo_set.photos[int(found.photo_indices[position])].name for position in chosen]
    st.dataframe(
        data_frames.predictions(found, run.classes, names, chosen.tolist()),
        hide_index=True,
        column_config={"Certainty %": st.column_config.NumberColumn(format="%.1f")},
        alt="Predictions and labels of one batch of test photos",
    )
