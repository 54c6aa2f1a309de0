"""The photos with their answers: a card for each, and on request where and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import feedback, heat, networks, resources, whys, words
from pages.ui.questions import Question
from pipeline import heatmap
from pipeline.classify.classifier import Answer
from pipeline.classify.verdict import called, is_unsure
from pipeline.photos import decode
from pipeline.workspace.runs import Run

CARDS: Final = 12
BARS: Final = 3


def show(run: Run, answered: Sequence[Question], sure_from: float) -> None:
    """Each photo with its class and a bar for each of the likeliest classes.

    Args:
        run: Who answered.
        answered: The photos with their answers.
        sure_from: See `verdict.called`.
    """
    strength = _strength(run)
    compared = whys.controls(run)
    pages = -(-len(answered) // CARDS)
    page = st.pagination(pages, key=f"classify_page_{pages}") if pages > 1 else 1
    shown = answered[(page - 1) * CARDS : page * CARDS]
    judged: set[str] = set()
    with st.grid(3, min_column_width=220, gap="small"):
        for one in shown:
            with st.container(border=True, height="stretch"):
                _card(run, one, sure_from, strength)
                if compared is not None:
                    whys.show(run, compared, one)
                if one.digest not in judged:  # of equal files one answer is enough
                    feedback.ask(run, one, sure_from)
                judged.add(one.digest)
    if len(shown) > 1:
        feedback.all_right(run, shown, sure_from)


def _strength(run: Run) -> float | None:
    """How strongly to paint where it looked; None for the plain photos."""
    strength = heat.controls("classify")
    if strength is None:
        return None
    if not networks.classifier(run.id).tells_where:
        st.info(
            "This run was made by an earlier version of PawTune and does not tell where it "
            "looked. Train it again.",
            icon=":material/info:",
        )
        return None
    st.caption(
        "Pale yellow is what spoke most for the likeliest class, dark is what did not count for it."
    )
    return strength


def _card(run: Run, one: Question, sure_from: float, strength: float | None) -> None:
    answer, jpeg = one.answer, one.jpeg
    assert answer is not None and jpeg is not None
    name = called(answer, sure_from)
    picture, alt = jpeg, f"{one.name}, called {name.lower()}"
    if strength is not None:
        picture, where = _painted(run.id, one.digest, answer.class_name, strength, jpeg)
        alt = f"{alt}; for {answer.class_name} it looked at {where}"
    st.image(picture, width="stretch", alt=alt)
    st.subheader(words.literal(name), anchor=False)
    if answer.is_neither:
        _nearest_class(answer)
    else:
        _bars(answer)
        if is_unsure(answer, sure_from):
            st.caption(
                f":material/help: Less than {words.percent(sure_from, 0)} sure: it sees something "
                "of more than one of them."
            )
    st.caption(words.literal(words.short(one.name, 50)))


def _painted(
    run_id: str, digest: str, class_name: str, strength: float, jpeg: bytes
) -> tuple[bytes, str]:
    """The photo with where the network looked, and in words where that is."""
    resources.expect_run(run_id)
    home = str(resources.workspace().home)
    return _kept_painted(home, run_id, digest, class_name, strength, jpeg)


@st.cache_data(max_entries=120, show_spinner=False)
def _kept_painted(
    home: str, run_id: str, digest: str, class_name: str, strength: float, _jpeg: bytes
) -> tuple[bytes, str]:
    classifier = networks.classifier(run_id)
    square = decode.square(_jpeg, classifier.image_size_px)
    found = classifier.heat(square, classifier.classes.index(class_name))
    # Over the photo as it is: the network sees all of it, only squeezed.
    return heat.painted(decode.pixels(_jpeg), found, strength), heatmap.whereabouts(found)


def _nearest_class(answer: Answer) -> None:
    """The class that comes nearest, in grey, and why it does not count."""
    st.markdown(
        f":gray[nearest: {words.literal(answer.class_name)}]",
        help="The network looks for the patterns of what it was taught. In this photo it sees "
        "something else: it lies farther from all photos that it learned from than 98 of 100 "
        "of their kind do. It may be wrong about that: an odd photo of the right kind can "
        "end up here too.",
    )
    st.caption(
        ":material/help: Not like anything it was taught. It must choose one of its names, and "
        "would choose this one."
    )


def _bars(answer: Answer) -> None:
    """A bar for each of the likeliest classes."""
    likeliest = sorted(answer.probabilities.items(), key=lambda entry: -entry[1])[:BARS]
    for name, share in likeliest:
        st.progress(
            min(1.0, max(0.0, share)), text=f"{words.literal(name)} · {words.percent(share)}"
        )
