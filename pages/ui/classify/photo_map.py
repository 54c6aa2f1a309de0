"""New photos on the map of those that a run learned from, each tied to the most alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui import frame, markdown, networks, resources, stores
from pages.ui.charts import figure, point_map
from pages.ui.classify import similar_photos
from pages.ui.classify.questions import Question
from pages.ui.classify.similar_photos import Compared
from pages.ui.parts import run_map, tiles
from pipeline.errors import PhotoSetError
from pipeline.photos.decoding import decode
from pipeline.photos.photo_set import PhotoSet
from pipeline.tuning.neighbourhoods import put
from pipeline.tuning.run_map import RunMap
from pipeline.wording import names, numbers
from pipeline.workspace.run import Run

KEY: Final = "classify_map"
_SEEN_PX: Final = 128
_MOST_SEEN: Final = 9  # photos that go to the browser at a time
_MOST_NEW: Final = 200  # photos on the map; more hide it
_PAGE: Final = 12


def wanted(run: Run) -> bool:
    """Whether they are to be seen on the map."""
    return not run.is_example and st.toggle(
        "Show on the map of its photos",
        key="classify_map_on",
        help="Photos that the network finds alike lie near each other. Yours have a diamond, and "
        "lines to the photos of the set that are most like them.",
    )


def show(run: Run, answered: Sequence[Question]) -> None:
    """The map, or the way to it."""
    try:
        photo_set = resources.photo_set(run.photo_set_id)
    except PhotoSetError:
        st.caption(similar_photos.PHOTOS_GONE)
        return
    found = run_map.kept(run, photo_set)
    if found is None:
        run_map.way(run, photo_set.id)
    else:
        _map(run, answered[:_MOST_NEW], found, similar_photos.compared_with(run))


@st.fragment
@frame.guard()
def _map(run: Run, new: Sequence[Question], found: RunMap, compared: Compared) -> None:
    photo_set = compared.photo_set
    points = _points(run, new, found, compared)
    wanted, chosen = point_map.draw(
        points,
        key=KEY,
        alt=f"Map of {numbers.photos(len(photo_set.photos))} of the set and {len(new):,} new: "
        "those that look alike to the network lie near each other",
    )
    seen = [_seen(photo_set, new, index) for index in wanted[:_MOST_SEEN]]
    point_map.hand_over(seen, key=KEY)
    figure.show_table(_table(new, points, photo_set), key=KEY)
    if chosen:
        of_set = [index for index in chosen if index < len(photo_set.photos)]
        shown = tiles.page_of(of_set, _PAGE, f"{KEY}_page")
        tiles.grid([_tile(photo_set, index) for index in shown], columns=6)


def _points(
    run: Run, new: Sequence[Question], found: RunMap, compared: Compared
) -> point_map.Points:
    pooled = np.concatenate(
        [_pooled(run.id, one.digest, run.results_name, one.jpeg or b"") for one in new]
    )
    seen, photo_set = compared.seen, compared.photo_set
    places, near = put(pooled, seen.features, found.places[seen.indices], similar_photos.COUNT)
    classes = list(names.apart(photo_set.classes).values())
    groups, called = point_map.grouped(photo_set.labels(), classes, spare=1)
    count = len(photo_set.photos)
    return point_map.Points(
        np.concatenate([found.places, places]),
        np.concatenate([groups, np.full(len(new), len(called))]),
        [*called, "Yours"],
        marked=len(new),
        ties=[
            (count + number, int(seen.indices[at]))
            for number, row in enumerate(near.tolist())
            for at in row
        ],
    )


def _table(new: Sequence[Question], points: point_map.Points, photo_set: PhotoSet) -> figure.Table:
    first = len(photo_set.photos)
    like: list[list[str]] = [[] for _ in new]
    for number, index in points.ties:
        like[number - first].append(_label(photo_set, index))
    rows = {"Photo": [one.name for one in new], "Most like, by label": [*map(", ".join, like)]}
    return figure.Table(pd.DataFrame(rows), "New photos, and what those most like them show")


def _seen(photo_set: PhotoSet, new: Sequence[Question], index: int) -> point_map.Seen:
    number = index - len(photo_set.photos)
    if number >= 0:
        return point_map.Seen(index, new[number].jpeg or b"", new[number].name)
    thumbnail = resources.thumbnail(photo_set.id, index, _SEEN_PX)
    return point_map.Seen(index, thumbnail, tiles.alt(photo_set, photo_set.photos[index]))


def _tile(photo_set: PhotoSet, index: int) -> tiles.Tile:
    thumbnail = resources.thumbnail(photo_set.id, index)
    label = markdown.literal(_label(photo_set, index))
    return tiles.Tile(thumbnail, label, tiles.alt(photo_set, photo_set.photos[index]))


def _label(photo_set: PhotoSet, index: int) -> str:
    return photo_set.classes[photo_set.photos[index].class_index]


@stores.cached_for(stores.expect_run, max_entries=500)
def _pooled(run_id: str, digest: str, results: str | None, _jpeg: bytes) -> NDArray[np.float32]:
    """`(1, F)`: what the run's network notes about a photo, whose file has this digest."""
    classifier = networks.classifier(run_id)
    return classifier.pooled(decode.square(_jpeg, classifier.image_size_px)[np.newaxis])
