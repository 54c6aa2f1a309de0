"""What kept features answer at once, for whoever is looking; the stores are in `stores`."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import stores, visitor
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.helpers import Helpers
from pipeline.tuning.live_curve import LiveCurve


def ask(kind: str, photo_set_id: str, config: TrainConfig, **more: Any) -> Any:
    """What kept features answer at once, for this visitor; see `Helpers.ask`.

    Raises:
        PhotoSetError: If there is no such set.
        PawTuneError: From `Helpers.ask`.
    """
    stores.expect_photo_set(photo_set_id)
    whose, place = visitor.visitor(), visitor.window()
    return helpers().ask(whose, kind, photo_set_id, config, place=place, **more)


def live_curve(
    photo_set_id: str, config: TrainConfig, patience_s: float | None = None
) -> LiveCurve:
    """The curve of the first phase with these settings, drawn at once.

    Args:
        photo_set_id: The photos.
        config: The settings.
        patience_s: Seconds to wait; the run of a page that waits longer would keep the next one,
            with newer settings, from beginning.

    Raises:
        NotReady: If what the network sees was not prepared; see `Jobs.prepare`.
        NotYet: After `patience_s`; to be asked again.
        PawTuneError: If the set is not there, or the loss runs away.
    """
    curve: LiveCurve = ask("curve", photo_set_id, config, patience_s=patience_s)
    return curve


def helpers() -> Helpers:
    """Those who answer from kept features, of everybody."""
    return _helpers(str(stores.workspace().home))


@st.cache_resource(max_entries=1, show_spinner=False, on_release=Helpers.close)
def _helpers(home: str) -> Helpers:
    return Helpers(stores.workspace())
