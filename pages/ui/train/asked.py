"""Answers of kept features that may take longer than a redraw: the page goes on without them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import streamlit as st

from pages.ui import tuning
from pipeline.errors import PawTuneError, Stopped
from pipeline.settings.train_config import TrainConfig

_SOON_S: Final = 0.3  # so long the page waits itself, before it looks again and again
_LOOK_S: Final = 0.4


def answer(kind: str, photo_set_id: str, config: TrainConfig, **more: Any) -> Any:
    """What the helpers answer; None while that is awaited.

    Once it is there the page draws itself anew. A newer question of the same kind takes the place
    of the older one.

    Args:
        kind: See `Helpers.ask`, as is the rest.
        photo_set_id: The photos.
        config: The settings.
        **more: What else the question says.

    Raises:
        PawTuneError: From `tuning.ask`.
    """
    ask = partial(tuning.ask, kind, photo_set_id, config, **more)
    try:
        return ask(patience_s=_SOON_S)
    except Stopped:  # it takes longer, or was taken back for a question that is past already
        look_again(ask)
        return None


def look_again(ask: Callable[..., Any]) -> None:
    """Draw the page anew as soon as `ask` has an answer, or a reason why there is none."""

    @st.fragment(run_every=_LOOK_S)
    def look() -> None:
        try:
            ask(patience_s=0)
        except Stopped:
            return
        except PawTuneError:
            pass  # the page will say it
        st.rerun()

    look()
