"""Beside the answers: how sure they must be, what else is shown with them, and files to take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import networks
from pages.ui.classify import photo_map, questions, similar_photos, table
from pages.ui.classify.questions import Question
from pages.ui.classify.similar_photos import Compared
from pages.ui.parts import before_after, heatmap, setting_controls
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import answer_text
from pipeline.workspace.run import Run

_SURE_FROM: Final = "classify_sure_from"


@dataclass(frozen=True, slots=True)
class Paint:
    """How to paint where the network looked.

    Attributes:
        strength: How much of the paint and how little of the photo, 0 to 1.
        moment: Which model's; one of `before_after.MOMENTS`.
    """

    strength: float
    moment: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen beside the answers.

    Attributes:
        sure_from: See `answer.called`.
        paint: None for the plain photos.
        compared: What photos are compared with; None for no comparison.
        map: Whether the map is shown.
    """

    sure_from: float
    paint: Paint | None = None
    compared: Compared | None = None
    map: bool = False


def sure_from() -> float:
    """How sure an answer must be, as it was chosen last."""
    chosen: float = st.session_state.get(_SURE_FROM, ANSWER["sure_from"].default)
    return chosen


def show(run: Run, asked: Sequence[Question]) -> Chosen:
    """Draw the panel.

    Args:
        run: Who answered.
        asked: The files with their answers.
    """
    least: float = setting_controls.setting(ANSWER["sure_from"], _SURE_FROM)
    if not any(one.answer for one in asked):
        return Chosen(least)
    chosen = Chosen(least, _paint(run), similar_photos.controls(run), photo_map.wanted(run))
    table.files(run, asked, least)
    photos, seconds = questions.last_took()
    if photos:
        st.caption(answer_text.took(photos, sum(one.answer is not None for one in asked), seconds))
    return chosen


def _paint(run: Run) -> Paint | None:
    """How to paint where it looked; None for the plain photos."""
    strength = heatmap.controls("classify")
    if strength is None:
        return None
    if not networks.classifier(run.id).tells_where:
        st.info(
            "This run was made by an earlier version of PawTune and does not tell where it "
            "looked. Train it again.",
            icon=":material/info:",
        )
        return None
    return Paint(strength, before_after.choose(run, "classify"))
