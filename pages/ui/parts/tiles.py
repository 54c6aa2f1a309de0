"""Photos as a grid that can be selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import inline
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_set import PhotoSet

PAGE: Final = 9  # pictures of a selection that is not paged
ALL: Final = "all"
Items = TypeVar("Items", Sequence[Any], NDArray[np.int64])


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a grid.

    Attributes:
        picture: JPEG or PNG bytes.
        words: What stands below, Markdown; names in it are escaped already.
        alt: What the picture shows, for those who do not see it.
    """

    picture: bytes
    words: str
    alt: str


def grid(
    tiles: Sequence[Tile],
    columns: int = 3,
    gap: Literal["small", "xsmall"] = "small",
    least_px: int | None = None,
) -> None:
    """Draw tiles in rows.

    Args:
        tiles: What is shown.
        columns: In a row.
        gap: Between them.
        least_px: How wide each is at least: where there is no room, rows break. None: they never
            do, on a telephone either.
    """
    with st.grid(columns, wrap=least_px is not None, min_column_width=least_px or 40, gap=gap):
        for tile in tiles:
            with st.container(gap="xxsmall"):
                st.image(inline.source(tile.picture), width="stretch", alt=tile.alt)
                if tile.words:
                    st.caption(tile.words, text_alignment="center")


def page_of(items: Items, size: int, key: str) -> Items:
    """Those on the page that is open; draws the pages where there are several."""
    pages = -(-len(items) // size)
    page = st.pagination(pages, key=f"{key}_{pages}") if pages > 1 else 1
    part: Items = items[(page - 1) * size : page * size]
    return part


def select(
    photo_set: PhotoSet, class_index: int | str, split: str, among: set[int] | None = None
) -> list[int]:
    """Positions of the photos with this class and split, in a mixed order.

    It hangs on the photos alone: what is mended in a set leaves the others where they were.

    Args:
        photo_set: The set.
        class_index: The class, or `ALL`.
        split: The split, or `ALL`.
        among: Only these, where given.
    """
    photos = photo_set.photos
    mixed = np.argsort(photo_set.keys(), kind="stable")
    return [
        index
        for index in mixed.tolist()
        if class_index in (ALL, photos[index].class_index)
        and split in (ALL, photos[index].split)
        and (among is None or index in among)
    ]


def alt(photo_set: PhotoSet, photo: Photo) -> str:
    """What is known of a photo, for those who do not see it."""
    return f"{photo.split.capitalize()} photo labelled {photo_set.classes[photo.class_index]}"
