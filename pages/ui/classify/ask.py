"""The Classify page from top to bottom: photos in, answers, and what to do with them.

The answers stand beside the photos, at the first look; a panel beside both holds what one may
change and take away.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, networks
from pages.ui.classify import add_to_set, cards, live_camera, panel, photo_map, questions, table
from pages.ui.parts import dropped, phone_link, pickers, who_answers
from pipeline.files.sizes import size
from pipeline.photos.decoding import file_kinds
from pipeline.settings import mode
from pipeline.wording import numbers, text
from pipeline.wording.answer_text import NEITHER
from pipeline.workspace.run import Run

STYLE: Final = Path(__file__).parent / "classify.css"


def nobody() -> None:
    """What to do while no run can answer."""
    st.info(
        "No training has finished yet, so nobody can answer. Train one first: the one on the "
        "front page takes about a minute. Or bring back the example, at the foot of Runs.",
        icon=":material/info:",
    )
    frame.go_to_train()


def ask(rows: Sequence[Run]) -> Run:
    """Choose a model, take photos, show the answers.

    Args:
        rows: The runs that can answer.

    Returns:
        The run that was chosen.
    """
    st.html(STYLE)
    few = "few" if dropped.files() else "none"  # with photos, the box to drop them is small
    with st.container(key=f"classify_top_{few}"):
        with st.container(gap="xxsmall"):
            run = pickers.run("Model", rows, "classify_choice", "Which finished training answers.")
            knows = st.container(key="classify_knows")
        with st.container(gap="xsmall"):
            _drop_zone()
            refused = st.container(key="classify_refused", gap="xxsmall")
    with knows:
        st.caption(_knows(run))
        who_answers.say_why(run, rows)
    phone_link.offer_run(run.id, panel.sure_from())
    phone_link.show(phone_link.CLASSIFY)
    asked = questions.ask_all(run, questions.of_files(dropped.files()))
    if st.session_state.get("classify_camera_on"):
        with st.container(key="classify_live_place"), frame.guard():
            live_camera.show(run, panel.sure_from())
    with st.container(key="classify_desk"):
        main = st.container(key="classify_answers")
        side = st.container(key="classify_panel")
    if not asked:
        questions.forget()
        add_to_set.imports()
        return run
    with side, frame.guard():
        chosen = panel.show(run, asked)
    answered = [question for question in asked if question.answer is not None]
    with main, frame.guard():
        _room()
        failed = [question for question in asked if question.answer is None]
        came = asked[: dropped.newest()]
        if all(question.answer is None for question in came):
            table.problems(failed)  # else the drop would seem to have done nothing
        else:
            with refused:  # above the answers, which stay in sight
                table.problems(failed, small=True)
        if answered:
            cards.say(run, asked, chosen.sure_from)
            cards.show(run, asked, chosen)
            add_to_set.offer(answered)
    if chosen.map and answered:
        photo_map.show(run, answered)
    add_to_set.imports()
    return run


def _drop_zone() -> None:
    """The box for photos, and the camera's switch."""
    dropped.uploader(
        f"Photos ({file_kinds.formats()})",
        "classify_upload",
        label_visibility="collapsed" if dropped.files() else "visible",
        help="One or many. They stay while this page is open, and are forgotten when you close "
        "it, unless you add them to a set.",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle(
            "Use the camera",
            key="classify_camera_on",
            help="Answers while you hold something before it. Your browser asks whether PawTune "
            "may see the camera; what it sees stays in the browser.",
        )
        phone_link.button()
        if count := len(dropped.files()):
            st.button(
                f"Clear {numbers.photos(count)}",
                key="classify_clear",
                type="tertiary",
                icon=":material/close:",
                on_click=dropped.clear,
                help="Takes all photos off this page.",
            )


def _room() -> None:
    """That earlier photos had to go, where they had."""
    if gone := dropped.gone():
        most = size(mode.current().asked_bytes)
        st.caption(
            f":material/info: {numbers.plural(gone, 'earlier photo')} had to go: a visit holds "
            f"{most} of photos at a time."
        )


def _knows(run: Run) -> str:
    """What the run can tell, and what it does with anything else."""
    names = text.some([markdown.name(name, run.classes) for name in run.classes])
    if networks.classifier(run.id).says_neither:
        return f"Knows {names}. Most other things: “{NEITHER.lower()}”."
    return f"Knows {names}, and nothing else: a photo of a teapot gets one of these names too."
