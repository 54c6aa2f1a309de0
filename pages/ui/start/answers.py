"""What networks say about one photo: the name, a bar for each class, and where they looked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import access, inline, markdown, networks, stores
from pages.ui.parts import known_photos
from pages.ui.parts.heatmap import painted
from pages.ui.start.samples import Photo
from pipeline.classify import heatmap
from pipeline.classify.answer import Answer, called
from pipeline.photos.decoding import decode
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import answer_text, numbers, spoken
from pipeline.wording.names import apart
from pipeline.workspace.run import Run

BARS: Final = 3
_LOOKED_PX: Final = 120
_SMALL_PX: Final = 96  # of two beside each other
_STRENGTH: Final = 0.45  # of the paint


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the photo with where the network looked; None where it cannot tell."""

    answer: Answer
    looked: bytes | None
    where: str


def show(runs: Sequence[Run], photo: Photo) -> None:
    """The answers of one network, or of two beside each other.

    Args:
        runs: The models.
        photo: What they are asked about.
    """
    for run in runs:
        answer = said(run, photo).answer
        name = called(answer, ANSWER["sure_from"].default)
        sure = answer.probability if name == answer.class_name else None
        access.say(f"answer_{run.id}", spoken.answer(photo.name, name, sure))
    if len(runs) == 1:
        _one(runs[0], photo, _LOOKED_PX)
        return
    for column, run in zip(st.columns(len(runs), gap="medium"), runs, strict=True):
        with column:
            _one(run, photo, _SMALL_PX)


def said(run: Run, photo: Photo) -> Said:
    """What a run says about a photo."""
    digest = hashlib.sha256(photo.jpeg).hexdigest()
    return _said(run.id, digest, run.results_name, photo.jpeg)


@stores.cached_for(stores.expect_run, max_entries=120)
def _said(run_id: str, digest: str, results: str | None, _jpeg: bytes) -> Said:
    classifier = networks.classifier(run_id)
    answer = classifier.classify(_jpeg)
    if not classifier.tells_where:
        return Said(answer, None, "")
    seen = decode.square(_jpeg, classifier.image_size_px)
    found = classifier.heat(seen, list(answer.probabilities).index(answer.class_name))
    return Said(
        answer,
        painted(decode.pixels(_jpeg), found, _STRENGTH),
        heatmap.whereabouts(found),
    )


def _one(run: Run, photo: Photo, looked_px: int) -> None:
    told = said(run, photo)
    answer = told.answer
    name = called(answer, ANSWER["sure_from"].default)
    shown = markdown.literal(apart(answer.probabilities).get(name, name))
    sure = "" if name != answer.class_name else f", {numbers.percent(answer.probability, 0)}"
    st.caption(markdown.name(run.name, (run.name,), 40))
    st.header(shown + sure, anchor=False)
    if answer.is_neither:
        st.caption(f":material/help: {answer_text.NOT_LIKE}")
    with st.container(horizontal=True):
        if told.looked is not None:
            st.image(
                inline.source(told.looked),
                caption="Where it looked",
                width=looked_px,
                alt=f"{photo.name}; for {answer.class_name} it looked at {told.where}",
            )
        with st.container():
            _bars(answer)
    known_photos.told(run, photo.jpeg)


def _bars(answer: Answer) -> None:
    """A bar for each of the likeliest classes."""
    likeliest = sorted(answer.probabilities.items(), key=lambda entry: -entry[1])[:BARS]
    for label, share in likeliest:
        st.progress(
            min(1.0, max(0.0, share)),
            text=f"{markdown.name(label, answer.probabilities)} · {numbers.percent(share, 0)}",
        )
