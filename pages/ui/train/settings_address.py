"""Settings in the page's address: they outlast a refresh, and a link hands them on.

Only what is not the default is in it. The browser's Back goes to the settings before.
"""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import markdown
from pages.ui.parts import setting_controls
from pipeline.settings import address
from pipeline.settings.presets import TUTORIAL
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import settings_text

_KNOWN: Final = "train_addresses"  # session: what was taken of the address, or written, newest last
_LATE: Final = 16  # of them: what a browser may still send while controls are moved quickly
_ODD: Final = "train_address_odd"  # session: the sentence on what could not be taken


def take() -> None:
    """Put the controls to what the address names; to be called before they are drawn.

    A link of another page may name no settings: then the session's stand, but for a step back in
    the browser's history, where naming none means the defaults. Controls that are moved quickly
    send addresses of a moment ago, which are ours and say nothing new.
    """
    there = _there()
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    known = st.session_state.get(_KNOWN, [{}])
    if there == known[-1] or (not went_back and (not there or there in known)):
        return
    found = address.read(there)
    further_from = st.session_state.get(setting_controls.FURTHER_FROM)
    setting_controls.take_train_config(found.config, TUTORIAL, further_from)
    _remember(there)
    st.session_state[_ODD] = settings_text.odd_address(found.odd, found.why)


def keep(config: TrainConfig) -> None:
    """Write the settings into the address, unless they are there."""
    told = address.told(config)
    _remember(told)
    if _there() != told:
        others = {
            name: st.query_params.get_all(name)
            for name in st.query_params
            if name not in address.NAMES
        }
        st.query_params.from_dict({**others, **told})


def _remember(there: dict[str, str]) -> None:
    known = st.session_state.get(_KNOWN, [{}])
    if known[-1] != there:
        st.session_state[_KNOWN] = [*known, there][-_LATE:]


def say() -> None:
    """One sentence where the address named what cannot be set; until the next visit."""
    if odd := st.session_state.get(_ODD):
        st.warning(markdown.literal(odd), icon=":material/link_off:")


def _there() -> dict[str, str]:
    return {name: st.query_params[name] for name in st.query_params if name in address.NAMES}
