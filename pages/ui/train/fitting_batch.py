"""A batch no larger than the training photos, as long as there are so few of them.

What was asked for is remembered: with a larger set, it is the batch size again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.presets import fitting_batches
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import settings_text

_KEY: Final = "train_batch_size"
_LOWERED: Final = "train_batch_lowered"  # session: (asked for, lowered to)


def lower(training: int) -> None:
    """Lower the batch size's control to the photos; to be called before it is drawn.

    Args:
        training: How many training photos there are.
    """
    now = st.session_state.get(_KEY, TRAIN["batch_size"].default)
    asked = _asked(now)
    fits = min(asked, fitting_batches(training)[-1])
    st.session_state[_KEY] = fits
    st.session_state[_LOWERED] = (asked, fits)


def asked_for(config: TrainConfig) -> TrainConfig:
    """The settings as they were asked for, whatever the photos made of the batch size."""
    return replace(config, batch_size=_asked(config.batch_size))


def say(training: int) -> None:
    """A few words below the control, where the batch size was lowered."""
    now = st.session_state[_KEY]
    if _asked(now) != now:
        st.caption(settings_text.fitted_batch(TrainConfig(batch_size=now), training))


def _asked(now: int) -> int:
    """What was asked for: another value than it was lowered to was chosen since."""
    asked, fits = st.session_state.get(_LOWERED, (now, now))
    return int(asked) if now == fits else now
