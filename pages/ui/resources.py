"""What the pages get from the pipeline: cached, bounded, nothing computed twice.

Keys are our own ids and plain numbers. What never changes once made (a photo set, a
bundle) stays; what does change (lists of runs) lives for seconds and is dropped at once
by `forget_lists`.
"""

from __future__ import annotations

import gc
import hashlib
import io
from dataclasses import astuple
from pathlib import Path
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.cache import Cache
from pipeline.config import AugmentConfig, workspace_home
from pipeline.photos import decode
from pipeline.photos.decode import Canonical
from pipeline.photos.decoder import Decoder
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import DRAWN_PETS
from pipeline.workspace import housekeeping
from pipeline.workspace.home import Workspace
from pipeline.workspace.jobs import Job, Jobs
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Predictions, Run, Runs
from pipeline.workspace.timings import Timings

DRAWN_NAME: Final = "Drawn pets"
LIST_SECONDS: Final = 2
NINE: Final = 9


def workspace() -> Workspace:
    """The workspace that `PAWTUNE_HOME` names.

    Raises:
        PawTuneError: If its folder cannot be written.
    """
    return _started(str(workspace_home()))[0]


def notices() -> tuple[str, ...]:
    """What had to be mended in the workspace at this start of the app; usually nothing."""
    return _started(str(workspace_home()))[1]


@st.cache_resource(max_entries=4, show_spinner=False)
def _started(home: str) -> tuple[Workspace, tuple[str, ...]]:
    opened, mended = housekeeping.start(Path(home))
    Jobs(opened).settle()  # what died while no server ran
    # Streamlit looks for garbage after every run of a page or fragment, among all that lives.
    # What was there at the start (modules above all) stays: looking through it again and again
    # was most of what a browser that watches a training costs the server.
    gc.collect()
    gc.freeze()
    return opened, mended


def jobs() -> Jobs:
    """The queue of work."""
    return Jobs(workspace())


def runs() -> Runs:
    """The runs, read afresh; for lists see `run_list`."""
    return Runs(workspace())


def photo_sets() -> PhotoSets:
    """The photo sets, read afresh; for lists see `photo_set_list`."""
    return PhotoSets(workspace())


def timings() -> Timings:
    """What was measured for time estimates."""
    return Timings(workspace())


def cache() -> Cache:
    """What can be made again: prepared photos, results of frozen layers.

    Raises:
        SettingError: If `PAWTUNE_CACHE_GIB` is no number.
    """
    return Cache(workspace().cache_folder)


def settled_jobs() -> tuple[Job, ...]:
    """What waits or works, after what died was recorded and what may start was started."""
    queue = jobs()
    queue.settle()
    return queue.active()


def run_list() -> tuple[Run, ...]:
    """All runs, newest first; at most two seconds old."""
    return _run_list(str(workspace().home))


@st.cache_data(ttl=LIST_SECONDS, max_entries=4, show_spinner=False)
def _run_list(home: str) -> tuple[Run, ...]:
    return runs().list()


def photo_set_list() -> tuple[PhotoSetRow, ...]:
    """All photo sets, newest first; at most two seconds old."""
    # "None" is asked again: it may have become wrong while the first photos came in, and a
    # page that believed it would not draw itself anew.
    return _photo_set_list(str(workspace().home)) or photo_sets().list()


@st.cache_data(ttl=LIST_SECONDS, max_entries=4, show_spinner=False)
def _photo_set_list(home: str) -> tuple[PhotoSetRow, ...]:
    return photo_sets().list()


def forget_lists() -> None:
    """Read the lists anew, because something was just changed."""
    _run_list.clear()
    _photo_set_list.clear()


def ensure_first_set() -> None:
    """On the first visit of an empty workspace, start the import of the drawn pets."""
    _ensure_first_set(str(workspace().home))


@st.cache_resource(max_entries=4, show_spinner=False)
def _ensure_first_set(home: str) -> bool:
    if photo_sets().list() or jobs().latest("import") is not None:
        return False
    jobs().submit_import(DRAWN_PETS, DRAWN_NAME)
    return True


@st.cache_resource(max_entries=4, show_spinner=False)
def _photo_set(home: str, photo_set_id: str) -> PhotoSet:
    return photo_sets().open(photo_set_id)


def photo_set(photo_set_id: str) -> PhotoSet:
    """The photos of a set.

    Raises:
        PhotoSetError: If there is no such set or its files are damaged.
    """
    return _photo_set(str(workspace().home), photo_set_id)


@st.cache_data(max_entries=3000, show_spinner=False)
def thumbnail(photo_set_id: str, index: int, side_px: int = 320) -> bytes:
    """A photo's middle as a square JPEG for the gallery.

    Args:
        photo_set_id: Of the set.
        index: Position in the set.
        side_px: Side of the square, in pixels.
    """
    with Image.open(io.BytesIO(photo_set(photo_set_id).jpeg(index))) as photo:
        return _jpeg(ImageOps.fit(photo.convert("RGB"), (side_px, side_px)))


@st.cache_data(max_entries=128, show_spinner=False)
def square(photo_set_id: str, index: int, side_px: int) -> NDArray[np.uint8]:
    """A photo as the network gets it: `(side, side, 3)` uint8 RGB in [0, 255]."""
    return decode.square(photo_set(photo_set_id).jpeg(index), side_px)


@st.cache_data(max_entries=256, show_spinner=False)
def _augmented(
    photo_set_id: str, index: int, side_px: int, values: tuple[float, ...], seed: int
) -> list[bytes]:
    from pipeline.photos.augment import augment  # OpenCV; the front page need not wait for it

    photo = square(photo_set_id, index, side_px)
    config = AugmentConfig(*values)
    return [
        _jpeg(Image.fromarray(augment(photo, config, seed, index, view))) for view in range(NINE)
    ]


def augmented(
    photo_set_id: str, index: int, side_px: int, config: AugmentConfig, seed: int
) -> list[bytes]:
    """Nine draws of one photo, made by the function that training uses, as JPEG."""
    return _augmented(photo_set_id, index, side_px, astuple(config), seed)


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


def canonical(name: str, data: bytes) -> Canonical:
    """An uploaded file as an upright, clean JPEG.

    Raises:
        PhotoError: If it is no photo that can be used.
    """
    return _canonical(name, hashlib.sha256(data).hexdigest(), data)


@st.cache_data(max_entries=200, show_spinner=False)
def _canonical(name: str, digest: str, _data: bytes) -> Canonical:
    return decoder().canonical(name, _data)


@st.cache_data(max_entries=16, show_spinner=False)
def predictions(run_id: str) -> Predictions:
    """What a finished run said about its test photos."""
    return runs().predictions(run_id)
