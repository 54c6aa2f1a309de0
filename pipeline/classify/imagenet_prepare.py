"""Prepares the Explore page: ImageNet's own network and a backbone, as LiteRT files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.classify.imagenet_files import (
    BACKBONE_ALPHA,
    BACKBONE_SIZE_PX,
    CLASSES_FILE,
    IMAGENET_CLASSES,
    IMAGENET_FILE,
    backbone_file,
    is_prepared,
)
from pipeline.errors import RunError
from pipeline.files.atomic import write_atomically
from pipeline.files.seal import seal
from pipeline.network.imagenet_weights import class_index_file, weights_file
from pipeline.network.litert_file import litert_file
from pipeline.network.tensors import TOP, read_published
from pipeline.progress import Report, Stage, Step

_IMAGENET_SIZE_PX: Final = 224


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
    report(Stage(Step.SEARCHING_NETWORK))
    if is_prepared(folder):
        return {"made": [], "kept": names}
    weights = weights_file(BACKBONE_ALPHA, _IMAGENET_SIZE_PX, include_top=True, report=report)
    classes = _class_names(class_index_file(report))
    report(Stage(Step.READING_NETWORK), 0, len(names))
    members = _networks(weights, backbone_name)
    report(Stage(Step.KEEPING_NETWORK), 2, len(names))
    for name, content in members.items():
        write_atomically(folder / name, content)
    # Last: whoever finds this file finds the others whole.
    write_atomically(folder / CLASSES_FILE, seal({"classes": classes}, members))
    report(Stage(Step.NETWORK_READY), len(names), len(names))
    return {"made": names, "kept": []}


def _networks(weights: Path, backbone_name: str) -> dict[str, bytes]:
    """The backbone at the tutorial's size, and the network with its top at 224 pixels."""
    tensors = read_published(weights, BACKBONE_ALPHA, with_top=True)
    kernel, bias = (np.asarray(tensors[f"{TOP}/{part}"], np.float32) for part in ("kernel", "bias"))
    # The filters do not depend on the image size, so one download serves both.
    return {
        backbone_name: litert_file(
            tensors, BACKBONE_ALPHA, BACKBONE_SIZE_PX, pooled=False, feature_map=True
        ),
        IMAGENET_FILE: litert_file(
            tensors,
            BACKBONE_ALPHA,
            _IMAGENET_SIZE_PX,
            pooled=False,
            head=(kernel, bias),
            softmax=True,
        ),
    }


def _class_names(path: Path) -> list[str]:
    """The 1,000 names in the order of the answers, as people write them."""
    try:
        index = json.loads(path.read_bytes())
        names = [str(index[str(number)][1]) for number in range(IMAGENET_CLASSES)]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise RunError(f"{path.name} is damaged. Delete it and try again.") from error
    return [name.replace("_", " ") for name in names]
