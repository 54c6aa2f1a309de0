"""Colours of the theme and of charts can be told from their background."""

from __future__ import annotations

import tomllib
from itertools import combinations

import numpy as np
import pytest

from pages.ui.charts import palette
from tests.conftest import REPOSITORY
from tests.pages.charts.colours import EYES, contrast, lab


@pytest.fixture(scope="module")
def theme() -> dict:
    text = (REPOSITORY / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["theme"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_colours_can_be_told_from_their_background(theme: dict, look: str) -> None:
    colours = theme[look]
    background = colours["backgroundColor"]
    assert contrast(colours["textColor"], background) >= 7
    assert contrast(colours["linkColor"], background) >= 4.5
    assert contrast(colours["primaryColor"], "#FFFFFF") >= 4.5  # the words on a button
    assert contrast(colours["primaryColor"], background) >= 3
    assert contrast(colours["codeTextColor"], colours["codeBackgroundColor"]) >= 4.5
    for colour in palette.PALETTE:
        assert contrast(colour, background) >= 3, colour


def test_one_palette(theme: dict) -> None:
    assert tuple(theme["chartCategoricalColors"]) == palette.PALETTE
    assert len(set(palette.PALETTE)) == 10


TOLD_APART = 20  # CIE76; two patches of paint side by side differ clearly from about 10 on


@pytest.mark.parametrize("eye", EYES)
def test_the_colours_of_one_chart_differ_for_all_eyes(eye: str) -> None:
    lines = combinations(palette.PALETTE[:3], 2)  # what any chart of one thing is made of
    bars = (palette.PALETTE[0], palette.QUIET)  # released and frozen
    for one, other in (*lines, bars):
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > TOLD_APART, (one, other)
