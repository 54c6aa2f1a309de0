"""Two runs on the same photos: is one really better, and on which photos they disagree."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import same_photos, tiles
from pipeline.evaluation import comparison
from pipeline.evaluation.comparison import Answers, Comparison, Indices
from pipeline.evaluation.predictions import Predictions
from pipeline.wording import comparison_text, names
from pipeline.wording.text import joined
from pipeline.workspace.run import Run

SHOWN: Final = 8  # photos at a time


def show(a: Run, b: Run) -> bool:
    """The verdict in words, what would settle it, and the photos behind it.

    Args:
        a: What the other is held against.
        b: The other.

    Returns:
        Whether there was a verdict; without photos in common, that is all that is said.
    """
    found = compared(a, b)
    names = _quoted(a, b)
    same = comparison_text.compared(found.shared, *names)
    if not found.shared.photos:
        st.warning(markdown.literal(same), icon=":material/compare_arrows:")
        return False
    with st.container(border=True):
        st.markdown(f"**{markdown.literal(comparison_text.verdict(found.pairs, *names))}**")
        difference = comparison.accuracy_difference(found.pairs)
        if difference is not None:
            st.markdown(comparison_text.difference(difference, *map(markdown.literal, names)))
        st.caption(markdown.literal(f"{same} {comparison_text.photos_needed(found.pairs)}"))
        _disagreements(a, b, found)
    return True


def compared(a: Run, b: Run) -> Comparison:
    """What both said about the photos that judge them, photo by photo.

    Raises:
        RunError: If the answers of one are missing or damaged, or its test is sealed.
    """
    split = same_photos.judging(a, b)
    if split == same_photos.TEST:
        for run in (a, b):
            stores.expect_open_test(run.id)
    # A run that goes on leaves other results, and one may be judged anew by all photos.
    marks = tuple((run.results_name, run.is_sealed) for run in (a, b))
    return _compared(a.id, b.id, split, marks)


@stores.cached_for(stores.expect_run, max_entries=128)
def _compared(a: str, b: str, split: str, marks: tuple[object, ...]) -> Comparison:
    one, other = stores.runs().get(a), stores.runs().get(b)
    return comparison.compare(_answers(one, split), _answers(other, split))


def explained() -> None:
    """Why the verdict counts disagreements only, closed until somebody asks."""
    frame.learn(
        "Why not just take the higher number?",
        "Both networks saw the same photos, so only the photos on which they disagree tell them "
        "apart. If both were equally good, each such photo would be a coin toss. The sentence "
        "above says how often coin tosses alone would come out so lopsided (*McNemar's test*). "
        "Nine against fourteen happens easily; nine against forty does not.",
    )


def _found(run: Run, split: str) -> Predictions:
    """A run's answers about its test photos, or about all of them, see `same_photos.judging`."""
    return resources.answers(run) if split == same_photos.ALL else resources.predictions(run.id)


def _answers(run: Run, split: str) -> Answers:
    """The same to be compared; the photo itself tells which photo it is."""
    found = _found(run, split)
    photos = resources.photo_set(run.photo_set_id).photos
    names = np.array(run.classes)
    return Answers(
        ids=[photos[index].sha256 for index in found.photo_indices.tolist()],
        truth=names[found.truth],
        called=names[found.called],
        scenes=found.scenes,
    )


def _disagreements(a: Run, b: Run, found: Comparison) -> None:
    """Photos with different predictions: one of them right, or both wrong."""
    both_wrong = np.setdiff1d(found.differing, np.concatenate([found.only_a, found.only_b]))
    first, second = _quoted(a, b)
    groups = {
        "b": (f"Right by {second} alone", found.only_b),
        "a": (f"Right by {first} alone", found.only_a),
        "neither": ("Both wrong, in different ways", both_wrong),
    }
    for who, (title, chosen) in groups.items():
        _group(who, title, a, b, found, chosen)


def _quoted(a: Run, b: Run) -> tuple[str, str]:
    """Both names in quotes, so that a comma in one does not run into the sentence."""
    first, second = (f"“{name}”" for name in _names(a, b, 40))
    return first, second


def _names(a: Run, b: Run, length: int) -> tuple[str, str]:
    """What the two are called; runs of one name are told apart."""
    first, second = (names.apart((a.name, b.name), length)[run.name] for run in (a, b))
    return (f"{first} (1)", f"{second} (2)") if first == second else (first, second)


def _group(who: str, title: str, a: Run, b: Run, found: Comparison, chosen: Indices) -> None:
    if not len(chosen):
        return
    with st.expander(
        markdown.literal(f"{title} ({len(chosen):,})"), icon=":material/photo_library:"
    ):
        shown = tiles.page_of(chosen, SHOWN, f"paired_{a.id}_{b.id}_{who}")
        tiles.grid([_tile(a, b, found, place) for place in shown.tolist()], columns=4)


def _tile(a: Run, b: Run, found: Comparison, place: int) -> tiles.Tile:
    """One photo, with its label and what each of them predicted; `place` is in `found.shared`."""
    split = same_photos.judging(a, b)
    ones, others = _found(a, split), _found(b, split)
    of_a, of_b = int(found.shared.a_indices[place]), int(found.shared.b_indices[place])
    shown = names.apart((*a.classes, *b.classes))
    truth = shown[a.classes[int(ones.truth[of_a])]]
    by_a, by_b = a.classes[int(ones.called[of_a])], b.classes[int(others.called[of_b])]
    called = (shown[by_a], shown[by_b])
    said = dict(zip(_names(a, b, 24), called, strict=True))
    wrong = [f"{name} said {called}" for name, called in said.items() if called != truth]
    return tiles.Tile(
        resources.thumbnail(a.photo_set_id, int(ones.photo_indices[of_a])),
        markdown.literal(f"is {truth}; {joined(wrong)}"),
        f"Photo of {truth}; {joined(wrong)}",
    )
