"""Prepares the Explore page: ImageNet's own network and a backbone, as LiteRT files."""

from __future__ import annotations

import json
from pathlib import Path

import keras

from pipeline.errors import RunError
from pipeline.explorer import (
    BACKBONE_ALPHA,
    BACKBONE_SIZE_PX,
    CLASSES_FILE,
    IMAGENET_CLASSES,
    IMAGENET_FILE,
    backbone_file,
    is_prepared,
)
from pipeline.files import write_atomically
from pipeline.learning.convert import to_litert_backbone, to_litert_imagenet
from pipeline.learning.weights import class_index_file, weights_file
from pipeline.progress import Report
from pipeline.sealed import seal

_IMAGENET_SIZE_PX = 224
_TOP_WEIGHTS = 2  # kernel and offset of the layer that names the classes


def prepare_explorer(folder: Path, report: Report) -> dict[str, list[str]]:
    """Make what the Explore page needs, unless it is there and whole.

    Args:
        folder: The explorer's folder.
        report: Told about downloads and each step.

    Returns:
        Names of the files under "made" or "kept".

    Raises:
        DownloadError: If the weights or the class names cannot be fetched.
        RunError: If a fetched file is not what it should be.
        Stopped: If `report` says so.
    """
    backbone_name = backbone_file(BACKBONE_ALPHA, BACKBONE_SIZE_PX)
    names = [backbone_name, IMAGENET_FILE, CLASSES_FILE]
    report("Looking at what is there")
    if is_prepared(folder):
        return {"made": [], "kept": names}
    weights = weights_file(BACKBONE_ALPHA, _IMAGENET_SIZE_PX, include_top=True, report=report)
    classes = _class_names(class_index_file(report))
    report("Reading the original network", 0, len(names))
    with_top, backbone = _networks(weights)
    report("Converting the backbone", 0, len(names))
    members = {backbone_name: to_litert_backbone(backbone)}
    report("Converting the original network", 1, len(names))
    members[IMAGENET_FILE] = to_litert_imagenet(with_top)
    report("Keeping the files", 2, len(names))
    for name, content in members.items():
        write_atomically(folder / name, content)
    # Last: whoever finds this file finds the others whole.
    write_atomically(folder / CLASSES_FILE, seal({"classes": classes}, members))
    report("Ready", len(names), len(names))
    return {"made": names, "kept": []}


def _networks(weights: Path) -> tuple[keras.Model, keras.Model]:
    """The network with its top at 224 pixels, and its backbone at the tutorial's size."""
    try:
        with_top = keras.applications.MobileNetV2(
            input_shape=(_IMAGENET_SIZE_PX, _IMAGENET_SIZE_PX, 3),
            alpha=BACKBONE_ALPHA,
            weights=str(weights),
        )
    except (ValueError, OSError) as error:
        raise RunError(f"The file of weights {weights.name} does not fit. Delete it.") from error
    backbone = keras.applications.MobileNetV2(
        input_shape=(BACKBONE_SIZE_PX, BACKBONE_SIZE_PX, 3),
        alpha=BACKBONE_ALPHA,
        include_top=False,
        weights=None,
    )
    # The filters do not depend on the image size, so one download serves both.
    backbone.set_weights(with_top.get_weights()[:-_TOP_WEIGHTS])
    return with_top, backbone


def _class_names(path: Path) -> list[str]:
    """The 1,000 names in the order of the answers, as people write them."""
    try:
        index = json.loads(path.read_bytes())
        names = [str(index[str(number)][1]) for number in range(IMAGENET_CLASSES)]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise RunError(f"{path.name} is damaged. Delete it and try again.") from error
    return [name.replace("_", " ") for name in names]
