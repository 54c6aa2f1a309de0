"""Answers of kept features that take longer than a redraw: asked beside the page, then fetched."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from pages.ui import stores, visitor
from pipeline.settings.train_config import TrainConfig

_AT_ONCE: Final = 16  # visitors who wait; a thread each
_SOON_S: Final = 0.7  # so long the page waits itself, before it looks again and again
_LOOK_S: Final = 0.4


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of this session that was asked already."""

    key: Hashable
    answer: Future[Any]


def answer(
    name: str,
    key: Hashable,
    kind: str,
    photo_set_id: str,
    config: TrainConfig,
    fits: Callable[[Any], bool] = lambda _: True,
    **more: Any,
) -> Any:
    """The answer, from the session where it was asked before; None while it is awaited.

    Once it is there the page draws itself anew. A question with another key takes the place of
    the earlier one.

    Args:
        name: Session key under which question and answer are kept.
        key: What decides the answer.
        kind: See `Helpers.ask`, as is the rest.
        photo_set_id: The photos.
        config: The settings.
        fits: Whether an answer under the same key is still the right one.
        **more: What else the question says.

    Raises:
        PawTuneError: From `Helpers.ask`; the next look asks again.
    """
    stores.expect_photo_set(photo_set_id)
    asked: _Asked | None = st.session_state.get(name)
    if asked is None or asked.key != key or not _holds(asked.answer, fits):
        ask = stores.helpers().ask
        made = _threads().submit(ask, visitor.visitor(), kind, photo_set_id, config, **more)
        asked = st.session_state[name] = _Asked(key, made)
        wait_for([made], timeout=_SOON_S)
    if not asked.answer.done():
        _look_again(asked.answer)
        return None
    return asked.answer.result()


def _holds(answer: Future[Any], fits: Callable[[Any], bool]) -> bool:
    """Whether there is no need to ask again."""
    if not answer.done():
        return True
    return answer.exception() is None and fits(answer.result())


def _look_again(answer: Future[Any]) -> None:
    """Draw the page anew as soon as there is an answer, without holding it until then."""

    @st.fragment(run_every=_LOOK_S)
    def look() -> None:
        if answer.done():
            st.rerun()

    look()


@st.cache_resource(max_entries=1, show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, "asked")
