"""What a training's result depends on besides its settings: the versions of what computes it."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import Final

_PACKAGES: Final = (
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "numpy",
    "scipy",
    "opencv-python-headless",
    "pillow",
    "ai-edge-litert",
)


def installed_versions() -> dict[str, str]:
    """Versions by package, with `python` and `machine`."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:  # one of the two TensorFlows
            continue
    return found
