"""The map of what a run's network sees in the photos of a set: what is kept, or the way to it."""

from __future__ import annotations

import streamlit as st

from pages.ui import networks, stores
from pages.ui.parts import job_card
from pipeline.errors import RunError
from pipeline.photos.photo_set import PhotoSet
from pipeline.tuning.run_map import Mapped, RunMap
from pipeline.workspace.run import Run


def kept(run: Run, photo_set: PhotoSet) -> RunMap | None:
    """The map; None where it has to be drawn, or there is no whole network to draw it by.

    Raises:
        WorkspaceError: If the cache cannot be written to.
    """
    try:
        before = networks.before_fine_tuning(run)
        mapped = Mapped(photo_set, networks.classifier(run.id), before)
    except RunError:  # said by whoever asks the network, and by the job that would draw
        return None
    return mapped.kept(stores.cache())


def way(run: Run, photo_set_id: str) -> None:
    """The button that draws it, and how far that is."""
    job = stores.jobs().latest("map", photo_set=photo_set_id, run=run.id)
    if job is not None:
        job_card.show(job.id, "The map is drawn.")
    if (job is None or job.finished) and st.button(
        "Draw the map",
        key="run_map_draw",
        icon=":material/scatter_plot:",
        help="The network looks at every photo of the set once, of a fine-tuned run twice: as it "
        "is, and as it was before.",
    ):
        stores.jobs().submit_map(photo_set_id, run.id)
        st.rerun()
