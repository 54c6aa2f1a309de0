"""Two runs on the same photos: is one really better, and on which photos they disagree."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from pages.ui import frame, gallery, resources, words
from pipeline import comparison
from pipeline.comparison import Answers, Comparison
from pipeline.workspace.runs import Run

SHOWN: Final = 8


def show(a: Run, b: Run) -> None:
    """The verdict in words, what would settle it, and the photos behind it."""
    found = comparison.compare(_answers(a), _answers(b))
    names = (words.short(a.name, 40), words.short(b.name, 40))
    same = found.shared.sentence(*names)
    if not found.shared.photos:
        st.warning(words.literal(same), icon=":material/compare_arrows:")
        return
    with st.container(border=True):
        st.markdown(f"**{words.literal(comparison.verdict(found.pairs, *names))}**")
        difference = comparison.accuracy_difference(found.pairs)
        if difference is not None:
            low, high = difference.low * 100, difference.high * 100
            st.markdown(
                f"Difference in accuracy ({words.literal(names[1])} minus "
                f"{words.literal(names[0])}): **{difference.value * 100:+.1f} points**, and 19 "
                f"times of 20 between {low:+.1f} and {high:+.1f}."
            )
        st.caption(words.literal(f"{same} {comparison.photos_needed_sentence(found.pairs)}"))
        _disagreements(a, b, found)
    frame.learn(
        "Why not just take the higher number?",
        "Both networks saw the same photos, so only the photos on which they disagree tell them "
        "apart. If both were equally good, each such photo would be a coin toss. The sentence "
        "above says how often coin tosses alone would come out so lopsided (*McNemar's test*). "
        "Nine against fourteen happens easily; nine against forty does not.",
    )


def _answers(run: Run) -> Answers:
    """A run's answers about its test photos; the photo itself tells which photo it is."""
    found = resources.predictions(run.id)
    photos = resources.photo_set(run.photo_set_id).photos
    names = np.array(run.classes)
    return Answers(
        ids=[photos[index].sha256 for index in found.photo_indices.tolist()],
        truth=names[found.truth],
        called=names[found.called],
    )


def _disagreements(a: Run, b: Run, found: Comparison) -> None:
    """Photos that one of them got right and the other wrong."""
    for better, worse, chosen in ((b, a, found.only_b), (a, b, found.only_a)):
        if not len(chosen):
            continue
        title = f"Right by {words.short(better.name, 40)} alone ({len(chosen)})"
        with st.expander(words.literal(title), icon=":material/photo_library:"):
            gallery.grid(
                [_tile(better, worse, found, int(place)) for place in chosen[:SHOWN]], columns=4
            )
            if len(chosen) > SHOWN:
                st.caption(f"and {words.plural(len(chosen) - SHOWN, 'more photo')}.")


def _tile(better: Run, worse: Run, found: Comparison, place: int) -> gallery.Tile:
    indices = found.shared.b_indices if place in found.only_b else found.shared.a_indices
    other = found.shared.a_indices if place in found.only_b else found.shared.b_indices
    right = resources.predictions(better.id)
    wrong = resources.predictions(worse.id)
    index = int(right.photo_indices[indices[place]])
    truth = better.classes[int(right.truth[indices[place]])]
    called = worse.classes[int(wrong.called[other[place]])]
    return gallery.Tile(
        resources.thumbnail(better.photo_set_id, index),
        f"{words.literal(truth)}; the other said {words.literal(called)}",
        f"Photo of {truth}, which the other run called {called}",
    )
