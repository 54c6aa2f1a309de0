"""What a phone brings to the Photos page, and what it may bring it to."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui.parts import phone_link
from pages.ui.parts.import_card import JOB
from pages.ui.photos import new_set
from pages.ui.photos.new_set import ADDRESS
from pipeline.phone.goal import Goal
from pipeline.phone.switch import Phone
from pipeline.photos.checkup import readiness
from pipeline.settings import mode
from pipeline.workspace.photo_sets import PhotoSetRow

_SEEN: Final = "photos_phone_jobs"  # session: the imports of a phone that the page knows


def collect() -> None:
    """Put what waits into the boxes, and show the newest import; before the page is drawn."""
    if mode.is_demo():
        return
    phone = phone_link.current()
    for came in phone.desk.inbox.take():
        new_set.current().take(came)
    jobs = phone.desk.bringing.jobs
    seen = st.session_state.setdefault(_SEEN, jobs)
    if jobs and jobs[-1] not in seen:
        st.session_state[JOB] = jobs[-1]
    st.session_state[_SEEN] = jobs


def offer_boxes() -> None:
    """Photos go into the boxes of New set."""
    titles = new_set.current().boxes.titles
    phone_link.offer_photos(
        Goal(ADDRESS, "New set", {str(number): title for number, title in titles.items()})
    )


def offer_set(row: PhotoSetRow | None) -> None:
    """Photos join a set; an earlier version takes none."""
    if row is None or not row.is_newest:
        phone_link.offer_photos(None)
        return
    classes = {name: name for name in row.classes if not readiness.is_unlabelled(name)}
    phone_link.offer_photos(Goal(row.album_id, row.name, classes, into=row.id))


def card() -> None:
    """The code to scan, where the button has opened it."""
    phone_link.show(phone_link.PHOTOS, _has_news)


def _has_news(phone: Phone) -> bool:
    jobs = phone.desk.bringing.jobs
    is_new = bool(jobs) and jobs[-1] not in st.session_state.get(_SEEN, ())
    return is_new or len(phone.desk.inbox) > 0
