"""What the pages get from the pipeline: cached, bounded, nothing computed twice.

Keys are our own ids and plain numbers. What never changes once made (a photo set, a
bundle) stays; what does change (lists of runs) lives for seconds and is dropped at once
by `forget_lists`.

Caches are shared by everybody. In the demo a list's key therefore says whose it is, and what
has an id is handed out only after the visitor's own store has been asked for that id. The
stores themselves are in `stores`.
"""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pages.ui import markdown, visitor
from pages.ui.stores import (
    cached_for,
    expect_open_test,
    expect_photo_set,
    expect_run,
    photo_sets,
    runs,
    seals,
    workspace,
)
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.jobs.queue import Jobs
from pipeline.photos.checkup.checkup import Checkup, check
from pipeline.photos.decoding import decode
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.settings import mode
from pipeline.settings.train_config import AugmentConfig
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs

DRAWN_NAME: Final = "Drawn pets"
LIST_SECONDS: Final = 2
_LISTS: Final = 64  # visitors of a demo who look at the same time, and more
NINE: Final = 9


def run_list() -> tuple[Run, ...]:
    """All runs, newest first; at most two seconds old."""
    return _run_list(str(workspace().home), visitor.visitor())


@st.cache_data(ttl=LIST_SECONDS, max_entries=_LISTS, show_spinner=False)
def _run_list(home: str, whose: str | None) -> tuple[Run, ...]:
    return Runs(workspace(), whose).list()


def run_name(run: Run, length: int = 40) -> str:
    """A run's name as Markdown, in at most so many characters, told apart from the others'."""
    return markdown.name(run.name, (run.name, *(other.name for other in run_list())), length)


def photo_set_list() -> tuple[PhotoSetRow, ...]:
    """All photo sets, newest first; at most two seconds old."""
    # "None" is asked again: it may have become wrong while the first photos came in, and a
    # page that believed it would not draw itself anew.
    return _photo_set_list(str(workspace().home), visitor.visitor()) or photo_sets().list()


@st.cache_data(ttl=LIST_SECONDS, max_entries=_LISTS, show_spinner=False)
def _photo_set_list(home: str, whose: str | None) -> tuple[PhotoSetRow, ...]:
    return PhotoSets(workspace(), whose).list()


def forget_lists() -> None:
    """Read the lists anew, because something was just changed."""
    _run_list.clear()
    _photo_set_list.clear()


def ensure_first_set() -> None:
    """On the first visit of an empty workspace, start the import of the drawn pets."""
    _ensure_first_set(str(workspace().home))


@st.cache_resource(max_entries=4, show_spinner=False)
def _ensure_first_set(home: str) -> bool:
    # In the demo the first set is everybody's, and what visitors bring does not count.
    everybody = mode.NOBODY if mode.is_demo() else None
    if (
        PhotoSets(workspace(), everybody).list()
        or Jobs(workspace(), everybody).latest("import") is not None
    ):
        return False
    Jobs(workspace()).submit_import(DRAWN_PETS, DRAWN_NAME)
    return True


@st.cache_resource(max_entries=4, show_spinner=False)
def _photo_set(home: str, photo_set_id: str) -> PhotoSet:
    return PhotoSets(workspace()).open(photo_set_id)


def photo_set(photo_set_id: str) -> PhotoSet:
    """The photos of a set.

    Raises:
        PhotoSetError: If there is no such set or its files are damaged.
    """
    expect_photo_set(photo_set_id)
    return _photo_set(str(workspace().home), photo_set_id)


def checkup(photo_set_id: str, num_rejected: int) -> Checkup:
    """What is to mend in a photo set before training; takes seconds for many thousand photos."""
    return _checkup(photo_set_id, num_rejected, seals().of(photo_set_id) is not None)


@cached_for(expect_photo_set, max_entries=32)
def _checkup(photo_set_id: str, num_rejected: int, is_sealed: bool) -> Checkup:
    return check(photo_set(photo_set_id), num_rejected, is_sealed)


@cached_for(expect_photo_set, max_entries=3000)
def thumbnail(photo_set_id: str, index: int, side_px: int = 320) -> bytes:
    """A photo's middle as a square JPEG for the gallery.

    Args:
        photo_set_id: Of the set.
        index: Position in the set.
        side_px: Side of the square, in pixels.

    Raises:
        PhotoSetError: If there is no such set.
    """
    with Image.open(io.BytesIO(photo_set(photo_set_id).jpeg(index))) as photo:
        return _jpeg(ImageOps.fit(photo.convert("RGB"), (side_px, side_px)))


@cached_for(expect_photo_set, max_entries=128)
def square(photo_set_id: str, index: int, side_px: int) -> NDArray[np.uint8]:
    """A photo as the network gets it: `(side, side, 3)` uint8 RGB in [0, 255]."""
    return decode.square(photo_set(photo_set_id).jpeg(index), side_px)


@cached_for(expect_photo_set, max_entries=256)
def augmented(
    photo_set_id: str, index: int, side_px: int, config: AugmentConfig, seed: int
) -> list[bytes]:
    """Nine draws of one photo, made by the function that training uses, as JPEG."""
    from pipeline.photos.augment import augment  # OpenCV; the front page need not wait for it

    photo, key = square(photo_set_id, index, side_px), photo_set(photo_set_id).key(index)
    return [picture(augment(photo, config, seed, key, view)) for view in range(NINE)]


def picture(photo: NDArray[np.uint8]) -> bytes:
    """`(height, width, 3)` uint8 RGB as JPEG bytes."""
    return _jpeg(Image.fromarray(photo))


def _jpeg(photo: Image.Image) -> bytes:
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=88)
    return out.getvalue()


@st.cache_resource(
    max_entries=1,
    show_spinner=False,
    validate=lambda decoder: not decoder.broken,  # a pool that gave up is replaced
    on_release=lambda decoder: decoder.close(),
)
def decoder() -> Decoder:
    """The pool of processes that decode what comes from outside; shared, thread-safe."""
    return Decoder()


@st.cache_data(max_entries=200, show_spinner=False)
def canonical(name: str, data: bytes) -> Canonical:
    """An uploaded file as an upright, clean JPEG.

    Raises:
        PhotoError: If it is no photo that can be used.
    """
    return decoder().canonical(name, data)


def predictions(run_id: str) -> Predictions:
    """What a finished run said about its test photos.

    Raises:
        RunError: If there is no such run, they are missing or damaged, or its test is sealed.
    """
    return _predictions(run_id, str(Runs(workspace()).results_folder(run_id)))


@cached_for(expect_open_test, max_entries=16)
def _predictions(run_id: str, results: str) -> Predictions:
    return Runs(workspace()).predictions(run_id)


def cross_validated(run_id: str) -> Predictions | None:
    """What heads said about all photos of a small set; see `Runs.cross_validated`.

    Raises:
        RunError: If there is no such run.
    """
    run = runs().get(run_id)
    return _cross_validated(run_id, str(run.results), run.is_sealed)


@cached_for(expect_run, max_entries=16)
def _cross_validated(run_id: str, results: str, is_sealed: bool) -> Predictions | None:
    return Runs(workspace()).cross_validated(run_id)


def answers(run: Run) -> Predictions:
    """The answers that a run's first score comes from.

    Raises:
        RunError: If there is no such run, or they are missing or damaged.
    """
    by_folds = run.score and is_cross_validated(run.score)
    return (by_folds and cross_validated(run.id)) or predictions(run.id)
