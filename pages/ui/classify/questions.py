"""The files that somebody asks about on the Classify page, each with its answer or its reason."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import streamlit as st

from pages.ui import networks, resources
from pages.ui.parts.dropped import Dropped
from pipeline.classify.answer import Answer
from pipeline.classify.stream import answers
from pipeline.errors import Why
from pipeline.photos.incoming import Incoming
from pipeline.wording import numbers
from pipeline.workspace.run import Run

MANY: Final = 12  # files; more take long enough for a bar
_KEPT: Final = "classify_answers"  # session: answers of the files that are on the page
_TOOK: Final = "classify_took"  # session: how many were answered last, in how many seconds


@dataclass(frozen=True, slots=True)
class Question:
    """One file with its answer, or with the reason why there is none.

    Attributes:
        name: The file's name as its owner knows it.
        data: The bytes that came.
        digest: SHA-256 of them; what is remembered of a photo goes by it.
        jpeg: The canonical photo, or None if it cannot be used.
        answer: The answer, or None if it cannot be used.
        why: Why it cannot be used, or None.
    """

    name: str
    data: bytes
    digest: str
    jpeg: bytes | None = None
    answer: Answer | None = None
    why: Why | None = None


def of_files(files: Sequence[Dropped]) -> list[Question]:
    """Files, before anybody was asked."""
    return [Question(one.name, one.data, one.digest) for one in files]


def ask_all(run: Run, questions: Sequence[Question]) -> list[Question]:
    """Answers in the order of the files; what was answered before is not asked again."""
    kept: dict[tuple[str, str], Question] = st.session_state.get(_KEPT, {})
    keys = [(run.id, question.digest) for question in questions]
    fresh = {
        key: question for key, question in zip(keys, questions, strict=True) if key not in kept
    }  # equal files once
    if fresh:
        began = time.monotonic()
        found = dict(zip(fresh, _stream(run, list(fresh.values())), strict=True))
        kept = kept | found
        answered = sum(key in found and found[key].answer is not None for key in keys)
        st.session_state[_TOOK] = (answered, time.monotonic() - began)
    kept = {key: kept[key] for key in keys}
    st.session_state[_KEPT] = kept
    return [
        replace(kept[key], name=question.name)
        for key, question in zip(keys, questions, strict=True)
    ]


def last_took() -> tuple[int, float]:
    """How many photos were answered last, and in how many seconds."""
    took: tuple[int, float] = st.session_state.get(_TOOK, (0, 0.0))
    return took


def forget() -> None:
    """Let go of everything, because no file is on the page any more."""
    for key in (_KEPT, _TOOK):
        st.session_state.pop(key, None)


def _stream(run: Run, questions: Sequence[Question]) -> Iterator[Question]:
    photos = (
        Incoming(question.name, "", None, partial(bytes, question.data)) for question in questions
    )
    total = len(questions)
    bar = st.progress(0.0, text="Looking at the photos") if total > MANY else None
    found = answers(photos, networks.classifier(run.id), resources.decoder())
    for number, (question, one) in enumerate(zip(questions, found, strict=True), start=1):
        if bar is not None:
            bar.progress(number / total, text=numbers.progress(number, total, "photos"))
        why = one.error.why if one.error else None
        yield replace(question, jpeg=one.jpeg, answer=one.answer, why=why)
    if bar is not None:
        bar.empty()
