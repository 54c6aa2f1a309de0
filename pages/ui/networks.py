"""The networks that answer in the web process, cached and bounded; LiteRT, no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import resources, stores
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.classify.imagenet import BackboneEye, ImageNetNamer
from pipeline.classify.imagenet_files import (
    BACKBONE_ALPHA,
    BACKBONE_SIZE_PX,
    CLASSES_FILE,
    is_prepared,
)
from pipeline.photos.decoding import decode
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE

BATCH: Final = 32


@st.cache_resource(max_entries=3, show_spinner=False)
def _classifier(results: str, run_id: str) -> Classifier:
    return Classifier(read_bundle(stores.runs().bundle_folder(run_id)))


def classifier(run_id: str) -> Classifier:
    """The network of a finished run, ready to answer; no TensorFlow.

    Raises:
        RunError: If the run has no bundle, or it is damaged.
    """
    stores.expect_run(run_id)
    return _classifier(str(stores.runs().results_folder(run_id)), run_id)


def before_fine_tuning(run: Run) -> Classifier | None:
    """The network that a run's fine-tuning started from; None where that was not kept.

    Raises:
        RunError: If it is damaged.
    """
    stores.expect_run(run.id)
    folder = run.results / BEFORE
    return _before(str(folder)) if folder.exists() else None


@st.cache_resource(max_entries=3, show_spinner=False)
def _before(folder: str) -> Classifier:
    return Classifier(read_bundle(Path(folder)))


def explorer_ready() -> bool:
    """Whether the Explore page's files are there and whole."""
    folder, stamp = _explorer()
    return bool(stamp) and _prepared(folder, stamp)


def _explorer() -> tuple[str, int]:
    """The Explore page's folder, and what changes when it is prepared anew; 0 before it is."""
    folder = stores.workspace().explorer_folder
    try:
        return str(folder), (folder / CLASSES_FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return str(folder), 0


@st.cache_data(max_entries=2, show_spinner=False)
def _prepared(folder: str, stamp: int) -> bool:
    return is_prepared(Path(folder))


@st.cache_resource(max_entries=1, show_spinner=False)
def _namer(folder: str, stamp: int) -> ImageNetNamer:
    return ImageNetNamer(Path(folder))


@st.cache_resource(max_entries=1, show_spinner=False)
def _eye(folder: str, stamp: int) -> BackboneEye:
    return BackboneEye(Path(folder), BACKBONE_ALPHA, BACKBONE_SIZE_PX)


def eye() -> BackboneEye:
    """The tutorials' backbone, open for a look inside.

    Raises:
        RunError: If it was not prepared, or is damaged.
    """
    return _eye(*_explorer())


@st.cache_data(max_entries=500, show_spinner=False)
def _names(folder: str, stamp: int, jpeg: bytes) -> Sequence[tuple[str, float]]:
    namer = _namer(folder, stamp)
    return namer.top(decode.square(jpeg, namer.image_size_px), 3)


def imagenet_names(jpeg: bytes) -> Sequence[tuple[str, float]]:
    """The three likeliest of ImageNet's 1,000 classes, with probabilities."""
    return _names(*_explorer(), jpeg)


@stores.cached_for(stores.expect_photo_set, max_entries=8)
def batch_shapes(photo_set_id: str) -> Sequence[tuple[str, tuple[int, ...]]]:
    """The shapes that a batch of 32 photos takes on its way, with a label for each."""
    photos = resources.photo_set(photo_set_id).photos
    chosen = [index % len(photos) for index in range(BATCH)]
    batch = np.stack([resources.square(photo_set_id, index, BACKBONE_SIZE_PX) for index in chosen])
    return eye().batch_shapes(batch)
