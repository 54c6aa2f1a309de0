"""Right or wrong? What people say of the answers, a photo at a time."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final, NamedTuple

import streamlit as st

from pages.ui import markdown
from pages.ui.classify.questions import Question
from pages.ui.parts import pickers
from pipeline.classify.answer import gives_name
from pipeline.photos import class_names
from pipeline.workspace.run import Run

RIGHT: Final = "right"
WRONG: Final = "wrong"
_SHOWN: Final = {RIGHT: ":material/thumb_up: Right", WRONG: ":material/thumb_down: Wrong"}
_LABELS: Final = "classify_labels"  # session: what photos show, by digest; "" is not yet said
_ADDED: Final = "classify_added"  # session: how each photo was handed over, by digest


class Sent(NamedTuple):
    """A photo that was handed over: to which import, and as what."""

    job_id: str
    label: str


def labels() -> dict[str, str]:
    """What photos show, by the digest of their files; "" where an answer is only wrong."""
    kept: dict[str, str] = st.session_state.setdefault(_LABELS, {})
    return kept


def added() -> dict[str, Sent]:
    """How photos were handed over, by the digest of their files."""
    kept: dict[str, Sent] = st.session_state.setdefault(_ADDED, {})
    return kept


def forget_gone(here: Container[str]) -> None:
    """Forget what was said and done of photos that have left the page.

    Args:
        here: The digests of those that are on it.
    """
    for kept in (labels(), added()):
        for digest in [digest for digest in kept if digest not in here]:
            del kept[digest]


def ask(run: Run, one: Question, sure_from: float) -> None:
    """Ask whether an answer is right, and what the photo shows where it is not.

    Args:
        run: Who answered.
        one: The photo.
        sure_from: See `answer.called`.
    """
    assert one.answer is not None
    if one.digest in added():
        label = markdown.literal(added()[one.digest].label)
        st.caption(f":material/check: Sent to the set as {label}.")
        return
    key = _key(run, one)
    said = labels().get(one.digest)
    name = one.answer.class_name
    if not gives_name(one.answer, sure_from):  # there is no name that could be right
        _note(one, _choose("What is it really?", run, f"classify_shows_{key}", said))
        return
    st.session_state.setdefault(
        f"classify_judged_{key}", None if said is None else RIGHT if said == name else WRONG
    )
    judged = st.segmented_control(
        "Is that right?",
        list(_SHOWN),
        key=f"classify_judged_{key}",
        format_func=_SHOWN.__getitem__,
        label_visibility="collapsed",
        help="Photos that you looked over can be added to a set, below.",
    )
    if judged == WRONG:
        wrong = None if said == name else said
        _note(one, _choose("What is it?", run, f"classify_is_{key}", wrong) or "")
    else:
        _note(one, name if judged == RIGHT else None)


def all_right(run: Run, shown: Sequence[Question], sure_from: float) -> None:
    """One press for photos whose answers are all right; comes below them, when all is said.

    Args:
        run: Who answered.
        shown: The photos on the page.
        sure_from: See `answer.called`.
    """
    unsaid = {
        one.digest: (one, one.answer.class_name)
        for one in shown
        if one.answer and gives_name(one.answer, sure_from) and one.digest not in labels()
    }

    def say_so() -> None:
        for one, name in unsaid.values():
            _note(one, name)
            st.session_state[f"classify_judged_{_key(run, one)}"] = RIGHT

    if not unsaid:
        return
    if labels():
        label = "Mark all others as right"
    elif len(unsaid) == len({one.digest for one in shown}):
        label = "Mark all as right"
    else:
        label = f"Mark the {len(unsaid):,} with a name as right"
    st.button(
        label,
        key="classify_all_right",
        icon=":material/done_all:",
        type="tertiary",
        on_click=say_so,
        help="Says “Right” under every photo on this page that has a name and that you said "
        "nothing of yet.",
    )


def _key(run: Run, one: Question) -> str:
    return f"{run.id}_{one.digest[:16]}"


def _choose(title: str, run: Run, key: str, said: str | None) -> str | None:
    """A class; what was said before stands in it when a card comes back."""
    if said:
        st.session_state.setdefault(key, said)
    typed = [label for label in labels().values() if label]  # a new name is typed only once
    return class_names.clean(pickers.label_choice(title, run, key, typed) or "") or None


def _note(one: Question, label: str | None) -> None:
    if label is None:
        labels().pop(one.digest, None)
    else:
        labels()[one.digest] = label
