"""The button that makes a set fit to be trained on, wherever it is said that it is not."""

from __future__ import annotations

import streamlit as st

from pages.ui import markdown, resources, stores
from pages.ui.parts import versions
from pipeline.errors import PhotoSetError
from pipeline.photos.fit_for_training import FitForTraining, fits
from pipeline.workspace.photo_sets import PhotoSetRow


def button(row: PhotoSetRow) -> None:
    """Leave out what keeps it from being trained on; nothing where more photos are needed."""
    if not row.missing or not row.is_newest:
        return
    # Here, because SciPy takes half a second to import that a set which is ready need not wait for.
    from pipeline.photos.scenes import scenes_or_alone

    photo_set = resources.photo_set(row.id)
    is_sealed = stores.seals().of(row.id) is not None
    edit = FitForTraining(None if is_sealed else tuple(map(int, scenes_or_alone(photo_set))))
    try:
        is_enough = fits(edit.apply(photo_set.content))
    except PhotoSetError:
        return
    if is_enough and st.button(
        "Make it ready",
        key="fit_for_training",
        icon=":material/auto_fix_high:",
        help=f"{markdown.literal(edit.sentence(photo_set.content))}. Undo takes it back.",
    ):
        versions.apply(row, edit)
