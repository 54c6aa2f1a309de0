"""Videos among what is brought: what is taken of them, and how many pictures."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st

from pipeline.files import sizes
from pipeline.photos.decoding import clip_kinds
from pipeline.photos.decoding.canonical import CLIP_NAMES
from pipeline.settings import mode
from pipeline.wording import clip_text, numbers, text


def can_be_read() -> bool:
    """Whether the library that reads them is installed here."""
    return find_spec("av") is not None


def caption() -> None:
    """Which videos are read, and how much of them; or what it takes."""
    limits = mode.current().limits
    kinds = text.joined(list(CLIP_NAMES.values()))
    if not can_be_read():
        st.caption(
            f"Videos ({kinds}) become photos, too, once PyAV is installed where PawTune runs: "
            f'`pip install "{clip_kinds.PACKAGE}"`.'
        )
        return
    st.caption(
        f"Videos ({kinds}), at most {sizes.size(limits.clip_bytes)} each, become photos: up to "
        f"{numbers.plural(limits.clip_frames, 'picture')} out of the first "
        f"{numbers.duration(limits.clip_seconds)}; what hardly changes is taken once."
    )


def per_second() -> float:
    """How many pictures of each second are taken."""
    chosen = st.selectbox(
        "Of a video, take",
        clip_kinds.CHOICES,
        index=clip_kinds.CHOICES.index(clip_kinds.FRAMES_PER_SECOND),
        key="photos_per_second",
        format_func=clip_text.rate,
        persist_state="session",
        help="Pictures that look nearly alike are left out anyway, so more of them help only where "
        "much happens. All pictures of one video stay on one side when photos are divided: bring "
        "several short videos of each class rather than a long one.",
    )
    return float(chosen or clip_kinds.FRAMES_PER_SECOND)
