"""What the Explore page's folder holds: ImageNet's original network, its names, a backbone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pipeline.errors import RunError
from pipeline.files.seal import MEMBERS, open_seal, read_member

CLASSES_FILE: Final = "classes.json"  # vouches for the others, and is written last
IMAGENET_FILE: Final = "imagenet_224.tflite"
BACKBONE_ALPHA: Final = 1.0
BACKBONE_SIZE_PX: Final = 160  # the tutorial's
IMAGENET_CLASSES: Final = 1000
DOWNLOAD_BYTES: Final = 14_155_936  # the original network: 3.5 million numbers, 4 bytes each

_AGAIN: Final = "Prepare it again on the Explore page."


def backbone_file(alpha: float, image_size_px: int) -> str:
    """Name of the file with the backbone of this width and image size."""
    return f"backbone_{float(alpha)}_{image_size_px}.tflite"


def is_prepared(folder: Path) -> bool:
    """Whether everything is there and no byte of it has changed; takes some 50 ms."""
    try:
        classes = read_classes(folder)
        for name in (IMAGENET_FILE, backbone_file(BACKBONE_ALPHA, BACKBONE_SIZE_PX)):
            read_network(folder, name)
    except RunError:
        return False
    return len(classes) == IMAGENET_CLASSES


def read_classes(folder: Path) -> tuple[str, ...]:
    """The 1,000 names that ImageNet's network knows, in the order of its answers.

    Raises:
        RunError: If they are missing or damaged.
    """
    classes = _facts(folder).get("classes")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise RunError(f"The names of the ImageNet classes are damaged. {_AGAIN}")
    return tuple(classes)


def read_network(folder: Path, name: str) -> bytes:
    """Content of one of the network files.

    Raises:
        RunError: If it is missing or damaged.
    """
    facts = _facts(folder)
    if name not in facts[MEMBERS]:
        raise RunError(f"{name} was never prepared. {_AGAIN}")
    try:
        return read_member(folder, facts, name)
    except (OSError, ValueError) as error:
        raise RunError(f"{name} is missing or damaged. {_AGAIN}") from error


def _facts(folder: Path) -> dict[str, Any]:
    try:
        return open_seal(folder / CLASSES_FILE)
    except FileNotFoundError as error:
        raise RunError(
            "The original network is not there yet. Prepare it on the Explore page."
        ) from error
    except (OSError, ValueError) as error:
        raise RunError(f"The files of the original network are damaged. {_AGAIN}") from error
