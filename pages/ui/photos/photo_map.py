"""The map of a set's photos: those that look alike to the network lie near each other."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import frame, resources, stores
from pages.ui.charts import figure, point_map
from pages.ui.parts import class_neighbours, job_card, picked, tiles
from pages.ui.photos import gallery, study
from pipeline.errors import PawTuneError
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.tuning import photo_map
from pipeline.tuning.neighbourhoods import FEWEST
from pipeline.wording import names, numbers
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState

KEY: Final = "photos_map"
NEIGHBOURS: Final = "neighbours"
DIFFERENCES: Final = "differences"
_CLASS: Final = "class"
_SPLIT: Final = "split"
_AT_HOME: Final = 0.5  # share of the nearest with the same label; below, a photo is astray
_SEEN_PX: Final = 128
_MOST_SEEN: Final = 9  # photos that go to the browser at a time


def show(row: PhotoSetRow) -> None:
    """The map, with the photos that were chosen on it below."""
    stamp = stores.study_stamp(row.id)
    maps = None if stamp is None else _maps(row.id, stamp)
    if stamp is None or maps is None:
        _explain()
        if study.found(row) is not None:
            study.newcomers(row)
        return
    _map(row, stamp)
    if NEIGHBOURS not in maps and row.accepted >= FEWEST:
        _work_out(row)
    if picked.photos(row):
        gallery.browse(row)


def _work_out(row: PhotoSetRow) -> None:
    """Neighbourhoods on their way; the work begins by itself, and is stopped or fails once."""
    job = stores.jobs().latest("map", photo_set=row.id, run="")
    if job is None:
        with contextlib.suppress(PawTuneError):  # a full queue: at the next look
            job = stores.jobs().submit_map(row.id)
    if job is not None and (not job.finished or job.state != JobState.DONE):
        job_card.show(job.id, "The map keeps neighbours together now.")
    if (
        job is not None
        and job.finished
        and st.button(
            "Find neighbourhoods",
            key="photos_map_again",
            icon=":material/scatter_plot:",
            help="Draws the map so that photos which are most alike lie together.",
        )
    ):
        stores.jobs().submit_map(row.id)
        st.rerun()


def _explain() -> None:
    st.markdown(
        "**See all photos at once.** The network looks at each of them, and those that it finds "
        "alike lie near each other. A photo among those of another class may carry a wrong label; "
        "two at one place may be the same photo twice.",
        width=frame.TEXT_PX,
    )


@st.fragment
@frame.guard()
def _map(row: PhotoSetRow, stamp: int) -> None:
    photo_set, maps = resources.photo_set(row.id), _maps(row.id, stamp) or {}
    with st.container(horizontal=True):
        by, drawn = _controls(maps)
    places = maps[drawn]
    labels, classes = photo_set.labels(), list(names.apart(photo_set.classes).values())
    by_class = by == _CLASS
    groups, called = point_map.grouped(labels, classes) if by_class else _by_split(photo_set)
    asked, chosen = point_map.draw(
        point_map.Points(places, groups, called),
        key=KEY,
        alt=f"Map of {numbers.photos(len(places))}: those that look alike to the network lie near "
        "each other",
    )
    point_map.hand_over(
        [_seen(photo_set, index) for index in asked[:_MOST_SEEN]],
        key=KEY,
    )
    alike = _alike(row.id, stamp, drawn)
    told = np.ones(len(labels), np.bool_)
    if study.is_shut(row):  # which labels of its test look wrong is part of what is sealed
        told[photo_set.indices("test")] = False
    astray = np.flatnonzero((alike < _AT_HOME) & told).tolist()
    if astray and st.button(
        f"Pick {numbers.photos(len(astray))} among another class",
        key="photos_map_astray",
        icon=":material/person_search:",
        help="Photos of whose ten nearest most carry another label: a wrong label, an odd photo, "
        "or one that is hard to tell.",
    ):
        chosen = astray
    title = "Of the ten nearest, with the same label"
    figure.show_table(class_neighbours.table(labels[told], classes, {title: alike[told]}), key=KEY)
    if chosen is not None and set(chosen) != picked.photos(row):
        picked.show_picked(row, chosen)
        st.rerun(scope="app")


def _controls(maps: Mapping[str, NDArray[np.float32]]) -> tuple[str, str]:
    """What the colours show, and which map."""
    by = st.segmented_control(
        "Colours show",
        [_CLASS, _SPLIT],
        default=_CLASS,
        required=True,
        key="photos_map_by",
        format_func=str.capitalize,
        help="What the colours of the points stand for; press a name below the map to hide its "
        "points.",
    )
    if NEIGHBOURS not in maps:
        return by or _CLASS, DIFFERENCES
    drawn = st.segmented_control(
        "Drawn by",
        [NEIGHBOURS, DIFFERENCES],
        default=NEIGHBOURS,
        required=True,
        key="photos_map_drawn",
        format_func=str.capitalize,
        help="Neighbours (t-SNE): photos that are most alike lie together; how far apart two "
        "groups are says nothing. Differences (PCA): the two directions in which all photos "
        "differ most; what is far apart differs much.",
    )
    return by or _CLASS, drawn or NEIGHBOURS


def _seen(photo_set: PhotoSet, index: int) -> point_map.Seen:
    thumbnail = resources.thumbnail(photo_set.id, index, _SEEN_PX)
    return point_map.Seen(index, thumbnail, tiles.alt(photo_set, photo_set.photos[index]))


def _by_split(photo_set: PhotoSet) -> tuple[NDArray[np.int64], list[str]]:
    place = {split: number for number, split in enumerate(SPLITS)}
    groups = np.array([place[photo.split] for photo in photo_set.photos], np.int64)
    return groups, [split.capitalize() for split in SPLITS]


@stores.cached_for(stores.expect_photo_set, max_entries=16)
def _maps(photo_set_id: str, stamp: int) -> Mapping[str, NDArray[np.float32]] | None:
    """The maps that there are; None where the network has not seen every photo."""
    photo_set = resources.photo_set(photo_set_id)
    if (kept := stores.photo_map(photo_set)) is not None:
        return {NEIGHBOURS: kept[:, :2], DIFFERENCES: kept[:, 2:]}
    known = stores.known_features(photo_set_id)
    pooled = None if known is None else known.rows(photo_set)
    return None if pooled is None else {DIFFERENCES: photo_map.on_plane(pooled)}


@stores.cached_for(stores.expect_photo_set, max_entries=16)
def _alike(photo_set_id: str, stamp: int, drawn: str) -> NDArray[np.float32]:
    """Of the nearest photos of each on a map, the share with its label, in [0, 1]."""
    places = (_maps(photo_set_id, stamp) or {})[drawn]
    return photo_map.share_alike(places, resources.photo_set(photo_set_id).labels())
