"""Why an answer: beside each photo the training photos that look most alike to the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import frame, markdown, networks, resources, stores
from pages.ui.classify.questions import Question
from pages.ui.parts.tiles import Tile, grid
from pipeline.classify import similar_photos
from pipeline.classify.similar_photos import Alike, Seen
from pipeline.errors import PhotoSetError
from pipeline.photos.decoding import decode
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, Unit
from pipeline.wording import numbers
from pipeline.wording.job_text import stage_in_words
from pipeline.workspace.run import Run

COUNT: Final = 3
_THUMBNAIL_PX: Final = 160
PHOTOS_GONE: Final = (
    ":material/hide_image: The photos that this run learned from are not there any more, so there "
    "is nothing to show. Its answers stay the same."
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What photos are compared with.

    Attributes:
        photo_set: The photos that the run learned from.
        seen: What its network notes about them.
        usual: How alike two of them are on average, 0 to 1.
    """

    photo_set: PhotoSet
    seen: Seen
    usual: float


def controls(run: Run) -> Compared | None:
    """Whether to compare with the training photos; None where not, or where they are gone."""
    if not st.toggle(
        "Show similar training photos",
        key="classify_why",
        help="Below each photo the three training photos that look most alike to the network, and "
        "what they show. The first time it looks at up to 2,000 of them, some seconds long.",
    ):
        return None
    if run.is_example:
        st.caption(
            ":material/hide_image: The photos that the example learned from did not come with "
            "PawTune, so there is nothing to show. Runs of your own have theirs."
        )
        return None
    try:
        compared = compared_with(run)
    except PhotoSetError:
        st.caption(PHOTOS_GONE)
        return None
    usual = numbers.percent(compared.usual, 0)
    st.caption(
        f"**100 % alike**: the network sees no difference. Two of its training photos, taken at "
        f"random, are {usual} alike."
    )
    frame.learn(
        "Are these the reason for the answer?",
        "The network turns each photo into a long list of numbers, one for each pattern that it "
        "knows: fur, ears, grass. Two photos are alike when the same numbers are large in both; "
        "the head decides by these numbers alone. So photos that are alike get the same answer. "
        "Look at what they have in common: if a cat on grass is most like dogs on grass, the "
        "network may have learned grass. If the most alike ones carry a wrong label, mend it on "
        "the Photos page.",
    )
    return compared


def compared_with(run: Run) -> Compared:
    """What a run's photos are compared with; computed at the first time, some seconds long.

    Raises:
        PhotoSetError: If the photos that it learned from are gone.
    """
    photo_set = resources.photo_set(run.photo_set_id)
    slot = st.empty()

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: Unit = "") -> None:
        said = stage_in_words(stage)
        if total:
            text = f"{said}: {numbers.progress(done, total, unit)}"
            slot.progress(min(1.0, done / total), text=text)
        else:
            slot.caption(said)

    seen = similar_photos.seen(networks.classifier(run.id), photo_set, stores.cache(), report)
    slot.empty()
    return _at_hand(str(run.results), run.id, photo_set, seen)


@st.cache_resource(max_entries=3, show_spinner=False)
def _at_hand(results: str, run_id: str, _photo_set: PhotoSet, _seen: Seen) -> Compared:
    seen = _seen.at_hand()
    return Compared(_photo_set, seen, seen.usual())


def show(run: Run, compared: Compared, one: Question) -> None:
    """The training photos that look most alike to one photo."""
    assert one.jpeg is not None
    alike = nearest(run.id, one.digest, run.results_name, compared.seen, one.jpeg)
    try:
        tiles = [_tile(compared.photo_set, each) for each in alike]
    except PhotoSetError:  # deleted since the page was opened
        st.caption(PHOTOS_GONE)
        return
    st.caption("Most alike among the photos that it learned from:")
    grid(tiles, columns=COUNT, gap="xsmall")


def _tile(photo_set: PhotoSet, alike: Alike) -> Tile:
    name = photo_set.classes[photo_set.photos[alike.index].class_index]
    share = numbers.percent(alike.share, 0)
    return Tile(
        resources.thumbnail(photo_set.id, alike.index, _THUMBNAIL_PX),
        f"{markdown.name(name, photo_set.classes, 16)}  \n{share}",
        f"Training photo labelled {name}, {share} alike",
    )


@stores.cached_for(stores.expect_run, max_entries=500)
def nearest(
    run_id: str, digest: str, results: str | None, _seen: Seen, _jpeg: bytes
) -> list[Alike]:
    """The training photos that look most alike to a photo, whose file has this digest."""
    classifier = networks.classifier(run_id)
    photo = decode.square(_jpeg, classifier.image_size_px)
    return _seen.nearest(classifier.pooled(photo[np.newaxis]), COUNT)[0]
