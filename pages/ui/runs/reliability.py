"""Whether a run's probabilities mean what they say: the reliability diagram and its reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui import frame, resources
from pages.ui.charts.figure import Table, draw
from pages.ui.charts.palette import LEGEND, PALETTE, QUIET
from pipeline.evaluation.calibration import Band, bands, expected_calibration_error
from pipeline.wording import numbers, score_text
from pipeline.workspace.run import Run

FEW: Final = 200  # photos; with fewer, chance moves single points a lot


def show(run: Run) -> None:
    """How sure the run is of photos that it had not seen, and how often it is right then."""
    found = resources.answers(run)
    error = expected_calibration_error(found.truth, found.probabilities)
    found_bands = bands(found.truth, found.probabilities)
    st.markdown(reading(error, run.score or {"photos": len(found.truth)}), width=frame.TEXT_PX)
    table, alt = certainty_table(found_bands), describe(found_bands)
    draw(diagram(found_bands), table, key="runs_certainty", alt=alt)


def explained() -> None:
    """What certainty is, for the page's drawer."""
    frame.learn(
        "Can a probability be wrong?",
        "Take all photos that a network named with about 80 % certainty. If 80 of 100 "
        "of them are right, its certainty means what it says. Networks tend to become **too sure** "
        "while they learn: they say 99 % where 90 of 100 are right. PawTune takes that out at "
        "the end of a training with one number, the *temperature*: every answer is made a "
        "little less (or more) sure, by what fits photos best that it did not learn from. No "
        "answer changes, only how sure it is.\n\nThe diagram shows what is left: points "
        "**below** the line are answers that were too sure, points **above** it too modest ones. "
        "A large point stands for many photos. The *expected calibration error* is the average "
        "distance from the line.",
    )


def reading(error: float, score: Mapping[str, float]) -> str:
    """The expected calibration error in a sentence or two, of the photos of a score."""
    photos = int(score["photos"])
    said = (
        f"On average, certainty is off by **{numbers.rounded(error * 100):.1f} points** "
        f"(expected calibration error, {score_text.judged(score)})."
    )
    if photos < FEW:
        said += f" With fewer than {FEW} photos, much of that is chance."
    return said


def diagram(found: Sequence[Band]) -> go.Figure:
    """How often answers are right, over how sure they are."""
    most = max(band.photos for band in found)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="means what it says",
        line={"color": QUIET, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[band.certainty for band in found],
        y=[band.right for band in found],
        mode="lines+markers",
        name="this run",
        line={"color": PALETTE[1]},
        marker={"size": [9 + 19 * (band.photos / most) ** 0.5 for band in found]},
        customdata=[band.photos for band in found],
        cliponaxis=False,
        hovertemplate="%{customdata:,} photos: %{x:.0%} sure, %{y:.0%} right<extra></extra>",
    )
    first = min(band.low for band in found)
    axis = {"range": [first - 0.03, 1.03], "tickformat": ".0%", "zeroline": False}
    figure.update_layout(
        title="How sure, and how often right",
        height=380,
        xaxis={"title": "how sure it is (probability, %)", **axis},
        yaxis={**axis, "title": "accuracy (%)", "range": [-0.03, 1.05]},
        **LEGEND,
    )
    return figure


def describe(found: Sequence[Band]) -> str:
    """The diagram in a sentence."""
    parts = [
        f"{numbers.percent(band.certainty, 0)} sure, {numbers.percent(band.right, 0)} right "
        f"of {numbers.photos(band.photos)}"
        for band in found
    ]
    return f"Certainty against share of right answers: {'; '.join(parts)}."


def certainty_table(found: Sequence[Band]) -> Table:
    """How often answers are right, over how sure they are."""
    rows = {
        "How sure it is": [numbers.percent(band.certainty) for band in found],
        "Right": [numbers.percent(band.right) for band in found],
        "Photos": [band.photos for band in found],
    }
    return Table(pd.DataFrame(rows), "How sure, how often right, and of how many photos")
