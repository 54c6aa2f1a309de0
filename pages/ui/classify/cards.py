"""The photos with their answers: one large beside its answer, many as a grid or as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import access, inline, markdown, stores
from pages.ui.classify import feedback, similar_photos, table
from pages.ui.classify.panel import Chosen, Paint
from pages.ui.classify.questions import Question
from pages.ui.parts import before_after, dropped, heatmap, known_photos
from pages.ui.parts.tiles import Tile, grid, page_of
from pipeline.classify.answer import Answer, called, is_unsure
from pipeline.classify.novelty import PASSING
from pipeline.wording import answer_text, numbers, spoken
from pipeline.wording.names import apart, short
from pipeline.workspace.run import Run

CARDS: Final = 12
BARS: Final = 3
PICTURES: Final = "pictures"
TABLE: Final = "table"
_VIEWS: Final = {PICTURES: ":material/grid_view: Pictures", TABLE: ":material/table_rows: Table"}


def show(run: Run, asked: Sequence[Question], chosen: Chosen) -> None:
    """Each photo with its class and a bar for each of the likeliest classes.

    Args:
        run: Who answered.
        asked: The files with their answers, the newest drop first; those without one are left out.
        chosen: What was chosen beside them.
    """
    answered = [one for one in asked if one.answer is not None]
    if len(asked) > 1 and _view(run, asked, answered, chosen.sure_from) == TABLE:
        table.show(asked, chosen.sure_from)
        return
    first = answered[0]
    came = sum(one.answer is not None for one in asked[: dropped.newest()])
    is_large = len(answered) == 1 or came == 1
    if is_large:
        _large(run, first, chosen)
    shown = page_of(answered[is_large:], CARDS, "classify_page")
    judged = {first.digest} if is_large else set()
    twice = chosen.paint is not None and chosen.paint.moment == before_after.BOTH
    columns, width = (2, 300) if twice else (3, 170)
    with st.grid(columns, min_column_width=width, gap="small"):
        for one in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _card(run, one, chosen, is_asked=one.digest not in judged)
            judged.add(one.digest)  # of equal files one answer is enough
    page = [first, *shown] if is_large else list(shown)
    if len(page) > 1:
        feedback.all_right(run, page, chosen.sure_from)


def say(run: Run, asked: Sequence[Question], sure_from: float) -> None:
    """Read out what came last, and lead a lost focus there.

    Args:
        run: Who answered.
        asked: The files with their answers, the newest drop first.
        sure_from: Below that, no name is given.
    """
    new = [one for one in asked[: dropped.newest()] if one.answer] or [
        one for one in asked if one.answer
    ]
    answers = [one.answer for one in new if one.answer]
    if len(new) == 1:
        name = called(answers[0], sure_from)
        sure = answers[0].probability if name == answers[0].class_name else None
        said = spoken.answer(new[0].name, name, sure)
    else:
        said = spoken.answers(len(new), table.counted(run, answers, sure_from, aloud=True))
    access.say("answer", said, place=".st-key-classify_answers :is(h2, h3)")


def _view(
    run: Run, asked: Sequence[Question], answered: Sequence[Question], sure_from: float
) -> str:
    """How many of each class, and whether they are shown as pictures or as a table."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        answers = [one.answer for one in answered if one.answer]
        st.markdown(f"**{table.counted(run, answers, sure_from)}**", width="content")
        view: str = st.segmented_control(
            "Shown as",
            list(_VIEWS),
            default=PICTURES,
            required=True,
            key="classify_view",
            format_func=_VIEWS.__getitem__,
            label_visibility="collapsed",
            persist_state="session",
            width="content",
        )
    return view


def _large(run: Run, one: Question, chosen: Chosen) -> None:
    """One photo, its answer beside it; on a phone below it."""
    with st.container(key="classify_large"):
        picture, answer = st.columns([3, 2], gap="medium")
        with picture:
            _picture(run, one, chosen)
        with answer:
            _answer(run, one, chosen.sure_from)
            feedback.ask(run, one, chosen.sure_from)
            if chosen.compared is not None:
                similar_photos.show(run, chosen.compared, one)
            _name(one)


def _card(run: Run, one: Question, chosen: Chosen, is_asked: bool) -> None:
    _picture(run, one, chosen)
    _answer(run, one, chosen.sure_from)
    if chosen.compared is not None:
        similar_photos.show(run, chosen.compared, one)
    if is_asked:
        feedback.ask(run, one, chosen.sure_from)
    _name(one)


def _picture(run: Run, one: Question, chosen: Chosen) -> None:
    assert one.answer is not None
    assert one.jpeg is not None
    name, paint = called(one.answer, chosen.sure_from), chosen.paint
    plain = Tile(one.jpeg, "", f"{one.name}, predicted {name.lower()}")
    if paint is None:
        st.image(inline.source(plain.picture), width="stretch", alt=plain.alt)
        return
    about = (one.digest, one.answer.class_name, paint, run.results_name)
    looks = _looks(run.id, *about, run, one.jpeg)
    if len(looks) > 1:
        tiles = [Tile(look.picture, look.told, f"{one.name}: {look.alt}") for look in looks]
        grid([plain, *tiles], columns=len(tiles) + 1)
        return
    where = f"{one.name}: for {one.answer.class_name} it looked at {looks[0].where}"
    heatmap.over(plain, looks[0].picture, where, _key(one))


def _answer(run: Run, one: Question, sure_from: float) -> None:
    """The class in large letters, the bars, and whether it has learned from the photo."""
    assert one.answer is not None
    assert one.jpeg is not None
    _class_and_bars(one.answer, sure_from)
    known_photos.told(run, one.jpeg)


def _class_and_bars(answer: Answer, sure_from: float) -> None:
    name = called(answer, sure_from)
    shown = apart(answer.probabilities).get(name, name)  # "not sure" is no class
    st.header(markdown.literal(shown), anchor=False)
    if answer.is_neither:
        _nearest_class(answer)
        return
    _bars(answer)
    if is_unsure(answer, sure_from):
        st.caption(
            f":material/help: {numbers.percent(answer.probability)} is less than the "
            f"{numbers.percent(sure_from, 0)} that you ask for, so it gets no name."
        )


def _key(one: Question) -> str:
    return f"{one.digest[:16]}_{one.name}"


def _name(one: Question) -> None:
    """The file's name, and the way to take it off the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.caption(markdown.literal(short(one.name, 30)), width="content")
        st.button(
            "Remove",
            key=f"classify_remove_{_key(one)}",
            type="tertiary",
            icon=":material/close:",
            on_click=dropped.remove,
            args=(one.name, one.digest),
            help="Takes this photo off the page.",
        )


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
    st.caption(f":material/help: {answer_text.NOT_LIKE}")


def _bars(answer: Answer) -> None:
    """A bar for each of the likeliest classes."""
    likeliest = sorted(answer.probabilities.items(), key=lambda entry: -entry[1])[:BARS]
    for name, share in likeliest:
        st.progress(
            min(1.0, max(0.0, share)),
            text=f"{markdown.name(name, answer.probabilities)} · {numbers.percent(share)}",
        )
