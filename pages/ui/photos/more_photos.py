"""Would more photos help? The score at several sizes of the set, and the answer in a sentence."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame
from pages.ui.charts import figure, size_curve
from pages.ui.photos import study
from pipeline.evaluation.more_photos import SizeCurve
from pipeline.wording.more_photos_text import EARLIER, answer
from pipeline.workspace.photo_sets import PhotoSetRow


def show(row: PhotoSetRow) -> None:
    """The section of the check-up; nothing before the set was studied."""
    known = study.kept(row)
    if known is None or not known.sizes:
        return
    curve = SizeCurve.from_json(known.sizes)
    st.header("Would more photos help?")
    st.markdown(f"**{answer(curve)}**", width=frame.TEXT_PX)
    if known.of not in ("", row.id):
        st.caption(f":material/history: {EARLIER}")
    figure.draw(
        size_curve.figure(curve),
        size_curve.table(curve),
        key="more_photos",
        alt="Share of photos predicted correctly over the number of photos learned from, with "
        "its band. " + answer(curve),
    )
    frame.learn(
        "How is that known before any training?",
        "The frozen network has seen every photo once. On what it saw, new last layers (heads) "
        "learn from a tenth, a quarter, a half and all of the photos, several times with other "
        "ones, and are asked about photos that they did not learn from. Photos that look nearly "
        "the same are never on both sides. From how the mistakes become fewer, those with twice "
        "as many photos are estimated: for more photos *like these*. Photos of what it gets wrong "
        "can do more. Fine-tuning is not counted in.",
    )
