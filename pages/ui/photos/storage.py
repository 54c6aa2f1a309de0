"""Storage: what is kept so that nothing is computed twice, and Clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pipeline.files.cache_folder import Entry
from pipeline.files.sizes import size

_KINDS: Final = {
    "photos": "photos at the size that the network sees",
    "pooled": "features for the head",
    "cut": "results of frozen layers for fine-tuning",
    "seen": "what a run sees of its training photos",
}
_NOT_NEWEST: Final = "earlier versions and deleted sets"
_OTHER: Final = "what an earlier version left"


def show() -> None:
    """How much the kept results take, of how much, what they are for, and a button."""
    cache = stores.cache()
    entries = cache.entries()
    taken = sum(entry.bytes for entry in entries)
    share = min(1.0, taken / max(1, cache.limit_bytes))
    st.header("Storage")
    st.markdown(
        "So that no frozen layer is ever computed twice, PawTune keeps what it made of the "
        "photos; the next training with these photos begins at once.",
        width=frame.TEXT_PX,
    )
    limit = size(cache.limit_bytes)
    st.progress(share, text=f"**{size(taken)}** of at most {limit}", width=frame.TEXT_PX)
    for line in contents(entries):
        st.markdown(f"- {line}")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Clear",
            key="photos_clear_kept",
            icon=":material/mop:",
            disabled=not entries,
            help="Removes what is kept. Photo sets, runs and their answers stay.",
        ):
            freed = cache.clear()
            frame.say_later(f"{size(freed)} are free again.")
            st.rerun()
        st.caption(
            "Nothing is lost by it: the next training computes what it needs again, and takes "
            "longer. What a running training uses stays. When the storage is full, what was not "
            "used for longest goes first, by itself.",
            width="stretch",
        )


def contents(entries: Sequence[Entry]) -> list[str]:
    """What is kept, a line of Markdown for each photo set, the largest first."""
    names = {row.id: row.name for row in resources.photo_set_list()}
    by_set: dict[str, Counter[str]] = {}
    for entry in entries:
        sizes = by_set.setdefault(names.get(entry.owner, _NOT_NEWEST), Counter())
        sizes[_KINDS.get(entry.kind, _OTHER)] += entry.bytes
    largest = sorted(by_set.items(), key=lambda one: -one[1].total())
    return [
        f"{markdown.name(name, by_set, 40)}: **{size(sizes.total())}** "
        f"({', '.join(f'{size(taken)} {kind}' for kind, taken in sizes.items())})"
        for name, sizes in largest
    ]
