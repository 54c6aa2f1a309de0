"""The curves of a run, with the sentences below them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.ui import frame, stores
from pages.ui.charts import tutorial_curve
from pages.ui.charts.figure import beside
from pages.ui.charts.learning_curve import ACCURACY, LOSS, describe, of_run, points_table
from pipeline.coach.curves import FEWEST_TO_JUDGE, Course
from pipeline.coach.phase_rules import FEWEST_EPOCHS, Gain, fine_tuning_gain, head_might_have_gained
from pipeline.errors import PawTuneError
from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.wording import curve_points, numbers, score_text
from pipeline.wording.numbers import signed
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED

# Drawn once for each new epoch, not for everybody who watches.
_figure: Final = st.cache_resource(max_entries=32, show_spinner=False)(of_run)


def draw_curves(run: Run, page: str) -> None:
    """Accuracy and loss of one run, side by side; the tutorial's behind them, where one likes.

    Args:
        run: Whose curves.
        page: The page's name, with which the keys begin.
    """
    overlay = st.toggle(
        "Show the tutorial's published curve",
        key=f"{page}_overlay",
        help="Draws the validation curve that TensorFlow's tutorial published for its 2,000 cats "
        "and dogs, 10 + 10 epochs. Other photos give other curves.",
    )
    reference = tutorial_curve.EPOCHS if overlay else ()
    unfinished = run.state in UNFINISHED
    by_folds = run.score is not None and is_cross_validated(run.score)
    planned = curve_points.planned(run.config, run.epochs)
    counted = curve_points.counted(run.config, run.epochs)
    pair = []
    for measure in (ACCURACY, LOSS):
        figure = _figure(
            measure,
            run.epochs,
            initial=run.initial,
            planned=planned if unfinished else len(run.epochs),
            # What was kept has learned more photos than any point of the curve.
            best_epoch=None if unfinished or by_folds else run.best_epoch,
            reference=reference,
            solved=curve_points.is_solved(run.config),
        )
        pair.append((figure, f"{page}_{measure}", describe(measure, run.epochs, counted)))
    beside(pair, points_table(run.config, run.epochs, run.initial, reference))
    if curve_points.is_solved(run.config) and run.epochs:
        said = curve_points.explained(run.config, run.epochs, unfinished)
        st.caption(f":material/info: {said}{f' {score_text.OF_BOTH}' if by_folds else ''}")
    brought = None if unfinished else sentence(run)
    if brought:
        st.markdown(f":material/insights: {brought}", width=frame.TEXT_PX)


def sentence(run: Run) -> str | None:
    """What fine-tuning did to validation accuracy, held against chance; None without any."""
    tuned = of_phase(run, FINE_TUNING)
    if not tuned or not of_phase(run, FEATURE_EXTRACTION):
        return None
    said = _judged(run, len(tuned))
    if run.best_epoch is not None and run.best_epoch < tuned[0].epoch:
        said += " What was kept is the network from before it."
    return said


def _judged(run: Run, tuned: int) -> str:
    photos = split_classes(run)
    known = Course(run.config, run.epochs, photos)
    if not known.validation:
        before, after = of_phase(run, FEATURE_EXTRACTION)[-1], run.epochs[-1]
        return (
            f"Validation accuracy was {numbers.percent(before.val_accuracy)} before fine-tuning "
            f"and {numbers.percent(after.val_accuracy)} after it. The photos are not here, so "
            "nobody can tell how much of the difference is chance."
        )
    counted = numbers.plural(known.validation, "validation photo")
    if known.validation < FEWEST_TO_JUDGE:
        return (
            f"Whether fine-tuning helped, {counted} cannot tell: with fewer than "
            f"{FEWEST_TO_JUDGE}, single photos decide."
        )
    gain = fine_tuning_gain(known)
    if gain is None:
        after_one = "one epoch of it tells too little" if tuned == 1 else "the curves are not whole"
        return f"Whether fine-tuning helped cannot be said: {after_one}."
    if gain.is_clear and gain.difference > 0 and head_might_have_gained(known):
        return _shared_gain(gain, len(known.head))
    return _in_words(gain, counted)


def _shared_gain(gain: Gain, epochs: int) -> str:
    """A gain that may be the head's own, as the coach says it."""
    why = "the head was still improving"
    if epochs < FEWEST_EPOCHS:
        why = f"the head had {numbers.plural(epochs, 'epoch')} only, and might have got better, too"
    points = f"{numbers.rounded(100 * gain.difference):.1f} points"
    return (
        f"**Validation accuracy rose by {points}** during fine-tuning, beyond the noise; "
        f"how much of it fine-tuning did, nobody can tell: {why}."
    )


def _in_words(gain: Gain, counted: str) -> str:
    size = numbers.rounded(100 * abs(gain.difference))
    points = f"{size:.1f} points"
    if not gain.is_clear:
        if not size:
            return (
                "Fine-tuning made no measurable difference in validation accuracy: "
                f"{counted} show none."
            )
        change = math.copysign(size, gain.difference)
        return (
            f"Fine-tuning changed validation accuracy by {signed(change)} points: within "
            f"the noise with {counted}."
        )
    if gain.difference > 0:
        return (
            f"**Fine-tuning added {points}** of validation accuracy, beyond the noise with "
            f"{counted}."
        )
    return (
        f"**Fine-tuning took {points} of validation accuracy away**, beyond the noise with "
        f"{counted}."
    )


def of_phase(run: Run, phase: str) -> list[Epoch]:
    """The points of one phase."""
    return [epoch for epoch in run.epochs if epoch.phase == phase]


def split_classes(run: Run) -> Mapping[str, Mapping[str, int]]:
    """Photos in each split; nothing where the photos are gone, or never were here."""
    try:
        return stores.photo_sets().get(run.photo_set_id).splits
    except PawTuneError:
        return {}
