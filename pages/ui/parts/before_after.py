"""Where a run's network looked before fine-tuning and after it, in the same photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import markdown, networks
from pages.ui.parts.heatmap import painted
from pages.ui.parts.tiles import Tile, grid
from pipeline.classify import heatmap
from pipeline.classify.classifier import Classifier
from pipeline.photos.decoding import decode
from pipeline.wording import numbers
from pipeline.workspace import runs
from pipeline.workspace.run import Run

BEFORE: Final = "before"
AFTER: Final = "after"
BOTH: Final = "both"
MOMENTS: Final = {BEFORE: "Before fine-tuning", AFTER: "After fine-tuning", BOTH: "Side by side"}
_WHEN: Final = {BEFORE: "before fine-tuning", AFTER: "after fine-tuning"}


@dataclass(frozen=True, slots=True)
class Look:
    """Where one network looked in a photo, and what it answered.

    Attributes:
        picture: The painted photo, JPEG.
        told: When that was, and the answer; Markdown.
        alt: All of it in words.
        where: Where it looked, in words.
    """

    picture: bytes
    told: str
    alt: str
    where: str


def choose(run: Run, page: str) -> str:
    """Which model's heat to show; `AFTER`, without asking, where the run has only one network.

    Args:
        run: A run that can answer.
        page: The page's name, with which the key begins.
    """
    if not (run.results / runs.BEFORE).exists():
        return AFTER
    moment: str = st.segmented_control(
        "Which model",
        list(MOMENTS),
        default=AFTER,
        required=True,
        key=f"{page}_heat_moment",
        format_func=MOMENTS.__getitem__,
        help="The network as fine-tuning found it, as fine-tuning left it, or both beside each "
        "other, asked about the same photo.",
    )
    if moment == BOTH:
        st.caption(
            ":material/visibility: Look whether the bright part moves onto what the class is named "
            "after, or away from it. Each picture has its own scale, from dark for nothing to pale "
            "yellow for most: compare where, not how bright."
        )
    return moment


def looks(
    run: Run, jpeg: bytes, strength: float, moment: str, class_index: int | None = None
) -> list[Look]:
    """Where a run's network looked in one photo: one look, or two with `BOTH`.

    Args:
        run: A run that can answer.
        jpeg: The photo, canonical.
        strength: How much of the paint and how little of the photo, 0 to 1.
        moment: One of `MOMENTS`; see `choose`.
        class_index: What to look for, in both; None takes what the finished network says.

    Raises:
        RunError: If a network is missing or damaged.
    """
    after = networks.classifier(run.id)
    seen = decode.square(jpeg, after.image_size_px)
    if class_index is None:
        class_index = int(after.probabilities(seen[np.newaxis])[0].argmax())
    before = None if moment == AFTER else networks.before_fine_tuning(run)
    asked = [] if before is None else [(BEFORE, before)]
    if moment != BEFORE or before is None:
        asked.append((AFTER, after))
    # Painted over the photo as it is: the network sees all of it, only squeezed.
    shown = decode.pixels(jpeg)
    return [_look(network, when, seen, shown, class_index, strength) for when, network in asked]


def _look(
    network: Classifier,
    moment: str,
    seen: np.ndarray,
    shown: np.ndarray,
    class_index: int,
    strength: float,
) -> Look:
    answer = network.answers(seen[np.newaxis])[0]
    found = network.heat(seen, class_index)
    sought, share = network.classes[class_index], numbers.percent(answer.probability, 0)
    name = markdown.name(answer.class_name, network.classes, 18)
    where = heatmap.whereabouts(found)
    told = f"**{_WHEN[moment].capitalize()}**: {name}, {share}"
    if answer.class_name != sought:
        told += f"; painted is what speaks for {markdown.name(sought, network.classes, 18)}"
    alt = (
        f"{_WHEN[moment].capitalize()}: predicted {answer.class_name} ({share}); what speaks for "
        f"{sought} is {where}"
    )
    told = told.replace(" %", "\N{NO-BREAK SPACE}%")  # a narrow caption would break there
    return Look(painted(shown, found, strength), told, alt, where)


def draw(photos: Sequence[tuple[str, Sequence[Look]]]) -> None:
    """Draw photos, each with its looks beside each other, on a telephone too.

    Args:
        photos: What stands above each (Markdown), and its looks.
    """
    with st.grid(2, min_column_width=300, gap="small"):
        for title, found in photos:
            with st.container(border=True):
                st.caption(title)
                tiles = [Tile(look.picture, look.told, look.alt) for look in found]
                grid(tiles, columns=2)
