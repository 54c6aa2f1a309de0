"""The photos with their answers: a card for each, and on request where and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import markdown, networks, stores
from pages.ui.classify import feedback, similar_photos
from pages.ui.classify.questions import Question
from pages.ui.parts import before_after, heatmap
from pages.ui.parts.tiles import Tile, grid, page_of
from pipeline.classify.answer import Answer, called, is_unsure
from pipeline.classify.novelty import PASSING
from pipeline.wording import numbers
from pipeline.wording.names import apart, short
from pipeline.workspace.run import Run

CARDS: Final = 12
BARS: Final = 3


@dataclass(frozen=True, slots=True)
class Paint:
    """How to paint where the network looked.

    Attributes:
        strength: How much of the paint and how little of the photo, 0 to 1.
        moment: Whose look; one of `before_after.MOMENTS`.
    """

    strength: float
    moment: str


def show(run: Run, answered: Sequence[Question], sure_from: float) -> None:
    """Each photo with its class and a bar for each of the likeliest classes.

    Args:
        run: Who answered.
        answered: The photos with their answers.
        sure_from: See `answer.called`.
    """
    paint = _paint(run)
    compared = similar_photos.controls(run)
    shown = page_of(answered, CARDS, "classify_page")
    judged: set[str] = set()
    twice = paint is not None and paint.moment == before_after.BOTH
    columns, width = (2, 300) if twice else (3, 220)
    with st.grid(columns, min_column_width=width, gap="small"):
        for one in shown:
            with st.container(border=True, height="stretch"):
                _card(run, one, sure_from, paint)
                if compared is not None:
                    similar_photos.show(run, compared, one)
                if one.digest not in judged:  # of equal files one answer is enough
                    feedback.ask(run, one, sure_from)
                judged.add(one.digest)
    if len(shown) > 1:
        feedback.all_right(run, shown, sure_from)


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
    st.caption(
        "Pale yellow is what spoke most for the likeliest class, dark is what did not count for it."
    )
    return Paint(strength, before_after.choose(run, "classify"))


def _card(run: Run, one: Question, sure_from: float, paint: Paint | None) -> None:
    answer, jpeg = one.answer, one.jpeg
    assert answer is not None and jpeg is not None
    name = called(answer, sure_from)
    if paint is None:
        st.image(jpeg, width="stretch", alt=f"{one.name}, called {name.lower()}")
    else:
        about = (one.digest, answer.class_name, paint, run.results_name)
        _painted(one, name, paint, _looks(run.id, *about, run, jpeg))
    shown = apart(answer.probabilities).get(name, name)  # "not sure" is no class
    st.subheader(markdown.literal(shown), anchor=False)
    if answer.is_neither:
        _nearest_class(answer)
    else:
        _bars(answer)
        if is_unsure(answer, sure_from):
            st.caption(
                f":material/help: {numbers.percent(answer.probability)} is less than the "
                f"{numbers.percent(sure_from, 0)} that you ask for, so it gets no name."
            )
    st.caption(markdown.literal(short(one.name, 50)))


def _painted(one: Question, name: str, paint: Paint, looks: Sequence[before_after.Look]) -> None:
    """The photo with where the network looked; with both networks, beside each other."""
    assert one.answer is not None
    if paint.moment == before_after.AFTER:
        alt = f"{one.name}, called {name.lower()}; for {one.answer.class_name} it looked at "
        st.image(looks[0].picture, width="stretch", alt=alt + looks[0].where)
        return
    tiles = [Tile(look.picture, look.told, f"{one.name}: {look.alt}") for look in looks]
    grid(tiles, columns=len(tiles))


@stores.cached_for(stores.expect_run, max_entries=120)
def _looks(
    run_id: str,
    digest: str,
    class_name: str,
    paint: Paint,
    results: str | None,
    _run: Run,
    _jpeg: bytes,
) -> Sequence[before_after.Look]:
    """The photo with where the network looked, once or, with both networks, twice."""
    class_index = _run.classes.index(class_name)
    return before_after.looks(_run, _jpeg, paint.strength, paint.moment, class_index)


def _nearest_class(answer: Answer) -> None:
    """The class that comes nearest, in grey, and why it does not count."""
    st.markdown(
        f":gray[nearest: {markdown.name(answer.class_name, answer.probabilities)}]",
        help="The network looks for the patterns of what it was taught. In this photo it sees "
        "something else: it lies farther from the photos of its set than "
        f"{PASSING * 100:.0f} of 100 new ones of their kind do, as far as those of the set can "
        "tell, each held against others. It may be wrong about that: an odd photo of the right "
        "kind can end up here too, and of a small set only what is very different does.",
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
            min(1.0, max(0.0, share)),
            text=f"{markdown.name(name, answer.probabilities)} · {numbers.percent(share)}",
        )
