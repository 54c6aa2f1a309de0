"""One photo set in numbers: what was received, what was left out, photos per class."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, markdown
from pages.ui.charts import bars, figure
from pages.ui.parts import fit_for_training
from pages.ui.parts.import_card import rejected_table
from pages.ui.photos import tabs
from pipeline.files.sizes import size
from pipeline.photos.checkup import readiness
from pipeline.photos.checkup.findings import LABEL_THEM
from pipeline.photos.splits import SPLITS
from pipeline.wording import numbers, text
from pipeline.wording.text import joined
from pipeline.workspace.photo_sets import PhotoSetRow

_SPLITS: Final = (
    "Training: what the network learns from. Validation: what watches over the learning; the "
    "network never learns from these. Test: what the score of each run comes from; they decide "
    "nothing in its training."
)


_FEW_NOTES: Final = 2  # which stand open beside the numbers that they explain


def counts(row: PhotoSetRow) -> None:
    """How many photos, and how they are divided, in one line."""
    sizes = row.split_sizes
    parts = [f"{split.capitalize()} {sizes.get(split, 0):,}" for split in SPLITS]
    st.markdown(f"**{numbers.photos(row.accepted)}** · {' · '.join(parts)}", help=_SPLITS)


def account(row: PhotoSetRow) -> None:
    """Where they came from: received = accepted + rejected."""
    parts = [f"{row.accepted:,} in the set", f"{len(row.rejected):,} rejected"]
    if row.removed:
        parts.append(f"{row.removed:,} taken out by you")
    st.caption(
        f"{numbers.plural(row.received, 'file')} received = {' + '.join(parts)}. "
        f"{size(row.bytes)} on the disk, made {text.ago(row.created_at)}."
    )


def not_ready(row: PhotoSetRow) -> None:
    """What keeps the set from being trained on, and where to mend it."""
    if row.missing:
        st.warning(
            "It cannot be trained on yet. " + markdown.literal(" ".join(row.missing)),
            icon=":material/block:",
        )
        with st.container(horizontal=True):
            if any(map(readiness.is_unlabelled, row.classes)) and st.button(
                LABEL_THEM.label, key="photos_to_label", type="primary", icon=":material/new_label:"
            ):
                tabs.go(tabs.LABEL)
            fit_for_training.button(row)
            if st.button("Open the check-up", key="photos_to_check", icon=":material/build:"):
                tabs.go(tabs.CHECK)


def rejections(row: PhotoSetRow) -> None:
    """The files that were left out, each with its reason and what to do."""
    if row.rejected:
        title = f"{numbers.plural(len(row.rejected), 'file')} rejected, and why"
        with st.expander(title, icon=":material/rule:", expanded=len(row.rejected) <= 5):
            rejected_table(row.rejected, "photos_rejected_csv")


def notes(row: PhotoSetRow) -> None:
    """What was done with some photos on the way in, one sentence each; many of them closed."""
    if len(row.notes) <= _FEW_NOTES:
        for note in row.notes:
            st.caption(f":material/info: {markdown.literal(note)}")
    else:
        title = numbers.plural(len(row.notes), "remark on the import", "remarks on the import")
        with st.expander(title, icon=":material/info:"):
            st.dataframe(
                {"Remark": list(row.notes)},
                hide_index=True,
                height="content" if len(row.notes) < 10 else 400,
                alt="Remarks on the import",
            )


def per_class(row: PhotoSetRow) -> None:
    """Photos per class and split as bars, and why there are three splits."""
    figure.draw(
        bars.photos_per_class(row.splits, row.classes),
        bars.photos_per_class_table(row.splits, row.classes),
        key="photos_chart",
        alt=describe(row),
    )
    if len(row.classes) > bars.MOST_BARS:
        st.caption(
            f"The {bars.MOST_BARS // 2} largest and the {bars.MOST_BARS // 2} smallest of "
            f"{len(row.classes):,}. The table has all of them."
        )
    frame.learn(
        "Why are the photos divided into three?",
        "The network learns from the **training** photos. After every round it is asked about "
        "the **validation** photos, which it does not learn from: they tell whether it "
        "understood or only memorised, and you use them to choose settings. Because you chose "
        "by them, they flatter a little. The **test** photos decide nothing in a training: the "
        "finished network is asked about them, and that is its score. But each run is asked about "
        "the same ones, so whoever trains twenty runs and keeps the best has chosen by them, too: "
        "its score flatters, and the Runs page says by how much. Which photo belongs where is "
        "fixed when a set is made; only you can change it.",
    )


def describe(row: PhotoSetRow) -> str:
    """The bar chart in a sentence."""
    parts = [
        f"{split} {numbers.photos(sum(row.splits[split].values()))}"
        for split in SPLITS
        if row.splits.get(split)
    ]
    classes = numbers.plural(len(row.classes), "class", "classes")
    return f"Photos per class and split for {classes}: {joined(parts)}."
