"""The numbers of a network as plain arrays: read from files, written to files.

A tensor's name is "layer/weight", with Keras's names: "Conv1/kernel", "bn_Conv1/gamma". No
TensorFlow in here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from pipeline.errors import RunError
from pipeline.files.atomic import staged_file
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.network.names import STATISTICS
from pipeline.settings.hyperparameters import TRAIN

Tensors = dict[str, NDArray[np.generic]]

# What Keras calls the weights of a layer, in the order in which it writes them.
_WEIGHTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "Conv2D": ("kernel",),
    "DepthwiseConv2D": ("kernel",),
    "BatchNormalization": STATISTICS,
}
TOP: Final = "predictions"  # the layer that names the 1,000 ImageNet classes


def write_tensors(path: Path, tensors: Tensors, facts: Mapping[str, str] | None = None) -> None:
    """Write a safetensors file, whole or not at all; `facts` are kept in its header."""
    with staged_file(path) as temporary:
        try:
            save_file(tensors, temporary, metadata=dict(facts or {}))
        except SafetensorError as error:  # it says what the system said, in words alone
            found = re.search(r"os error (\d+)", str(error))
            raise OSError(int(found[1]), str(error)) if found else error from error


def read_tensors(path: Path) -> tuple[Tensors, dict[str, str]]:
    """Tensors and facts of a safetensors file.

    Raises:
        RunError: If the file is missing or damaged.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except (SafetensorError, OSError, ValueError) as error:
        raise RunError(f"{path.name} is missing or damaged. Train the run again.") from error


def read_published(path: Path, alpha: float, with_top: bool = False) -> Tensors:
    """The tensors in a file of weights that Keras published for MobileNetV2.

    Args:
        path: An HDF5 file, see `imagenet_weights.weights_file`.
        alpha: Width of the network.
        with_top: Whether to read the layer that names the ImageNet classes, too, as
            "predictions/kernel" `(F, 1000)` and "predictions/bias" `(1000,)`.

    Returns:
        Every tensor of the backbone, float32.

    Raises:
        RunError: If the file does not fit the network.
    """
    import h5py  # whoever only runs a network never needs it

    tensors: Tensors = {}
    try:
        with h5py.File(path, "r") as file:
            # The image size changes no tensor; any will do.
            for layer in backbone_layers(alpha, TRAIN["image_size_px"].default):
                if layer.kind in _WEIGHTS_OF:
                    tensors |= _layer(file, layer.name, layer.name, _WEIGHTS_OF[layer.kind])
            if with_top:
                # Older files call it "Logits".
                tensors |= _layer(file, TOP if TOP in file else "Logits", TOP, ("kernel", "bias"))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise _unfit(path) from error
    parameters = sum(tensor.size for name, tensor in tensors.items() if not name.startswith(TOP))
    expected = backbone_layers(alpha, TRAIN["image_size_px"].default)
    if parameters != sum(layer.parameters for layer in expected):
        raise _unfit(path)
    return tensors


def _layer(file: Any, stored: str, name: str, weights: tuple[str, ...]) -> Tensors:
    group = file[stored]
    written = [
        entry.decode() if isinstance(entry, bytes) else str(entry)
        for entry in group.attrs["weight_names"]
    ]
    return {
        f"{name}/{weight}": np.asarray(group[entry], np.float32)
        for weight, entry in zip(weights, written, strict=True)
    }


def _unfit(path: Path) -> RunError:
    return RunError(f"The file of weights {path.name} does not fit. Delete it and retry.")
