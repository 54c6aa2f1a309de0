"""Settings whose number can be typed; the slider below the field moves with it, and the other way.

The session keeps one value, the slider's: a typed number is put there if it can be, else one
sentence says why not.
"""

from __future__ import annotations

import math
import time
from typing import Any, Final

import streamlit as st

from pages.ui import markdown
from pages.ui.parts import setting_controls
from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import TRAIN
from pipeline.wording import settings_text
from pipeline.wording.numbers import learning_rate

_SHOWN: Final = "train_typed_shown"  # session: by setting, until when each earlier text may come
_LATE_S: Final = 2.0  # a browser that is told of a new text may still send the one before
REFUSED: Final = "train_refused"  # session: the setting whose field had no number, and the sentence


def show(name: str, idle: str = "") -> Any:
    """A number field with a slider below it.

    Args:
        name: Of the setting.
        idle: Why it changes nothing at present; both are grey then.

    Returns:
        What it stands at.
    """
    with st.container(key=f"train_{name}_setting", gap=None):
        field(name, idle)
        return setting_controls.setting(TRAIN[name], f"train_{name}", idle, named=False)


def field(name: str, idle: str = "") -> None:
    """The number field alone, with its name beside it."""
    entry = TRAIN[name]
    value = st.session_state.setdefault(f"train_{name}", entry.default)
    typed = f"train_{name}_typed"
    st.session_state[typed] = _text(value)
    _note(name, st.session_state[typed])
    st.text_input(
        entry.label,
        key=typed,
        help=f"**{idle}** {entry.help}" if idle else entry.help,
        disabled=bool(idle),
        max_chars=20,
        on_change=_take,
        args=(name,),
    )
    refused, why = st.session_state.get(REFUSED, ("", ""))
    if refused == name:
        st.error(markdown.literal(why))


def _text(value: Any) -> str:
    return learning_rate(value) if isinstance(value, float) else str(value)


def _note(name: str, text: str) -> None:
    """Remember what a field shows from now on, and until when what it showed may still come."""
    shown: dict[str, float] = st.session_state.setdefault(_SHOWN, {}).setdefault(name, {})
    now = time.monotonic()
    for earlier, until in list(shown.items()):
        if until < now:
            del shown[earlier]
        elif until == math.inf and earlier != text:
            shown[earlier] = now + _LATE_S
    shown[text] = math.inf


def _take(name: str) -> None:
    """Put what was typed where the slider's value is, unless it is what stood there before."""
    text = st.session_state[f"train_{name}_typed"]
    if time.monotonic() <= st.session_state.get(_SHOWN, {}).get(name, {}).get(text, 0.0):
        return
    st.session_state.pop(REFUSED, None)
    try:
        st.session_state[f"train_{name}"] = TRAIN[name].read(text)
    except SettingError:
        st.session_state[REFUSED] = (name, settings_text.asked_for(TRAIN[name]))
