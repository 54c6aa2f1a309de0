"""Photos that a network has learned from: what it says of them proves nothing."""

from __future__ import annotations

import hashlib
from typing import Final

import streamlit as st

from pages.ui import resources, stores
from pipeline.errors import PhotoSetError, RunError
from pipeline.evaluation.run_score import is_of_all
from pipeline.workspace.run import Run

KNOWN: Final = "This photo was among those it learned from; try a new one."


def told(run: Run, jpeg: bytes) -> None:
    """Say so where a run has learned from the very photo that it is asked about.

    Args:
        run: Who answered.
        jpeg: The photo, clean and upright, as sets keep theirs.
    """
    if hashlib.sha256(jpeg).hexdigest() in _learned(run.id, run):
        st.caption(f":material/school: {KNOWN}")


@stores.cached_for(stores.expect_run, max_entries=16)
def _learned(run_id: str, _run: Run) -> frozenset[str]:
    """SHA-256 of the photos; none where they are gone, or came from elsewhere."""
    # A head that is computed has learned from the validation photos in the end, too.
    splits = ("training", "validation") if is_of_all(_run.config) else ("training",)
    try:
        photos = resources.photo_set(_run.photo_set_id).photos
        before = _run.started_from and stores.runs().get(_run.started_from.run)
        earlier = _learned(before.id, before) if before else frozenset()
    except (PhotoSetError, RunError):
        return frozenset()
    return earlier | {photo.sha256 for photo in photos if photo.split in splits}
