"""A network in 8 bits as C, for TensorFlow Lite for Microcontrollers, with its labels.

Its array is the file itself, byte by byte: nothing there reads files.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.classify.bundle import MODEL_FILE, Bundle
from pipeline.exporting.rendering import rendered
from pipeline.network.litert_operations import Operations, operations
from pipeline.photos.set_file import member
from pipeline.wording import eight_bit_text

HEADER: Final = "model.h"
SOURCE: Final = "model.cc"
README: Final = "README.md"
LIST: Final = "labels.txt"
_IN_A_LINE: Final = 12
# What TFLM keeps beside the maps, measured with MobileNetV2 1.0: for each channel a factor and a
# shift, for each operation its record and those of its tensors.
_CHANNEL_BYTES: Final = 8
_OPERATION_BYTES: Final = 250
_PLAIN: Final = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,:;()+"
)


def write(path: Path, model: bytes, name: str, bundle: Bundle, trial: dict[str, Any]) -> None:
    """Write the zip: `model.h`, `model.cc`, the file itself, labels and a README.

    Args:
        path: The zip.
        model: The network, see `eight_bit.with_whole_edges`.
        name: Of the run.
        bundle: The run's own.
        trial: What 8 bits cost, see `eight_bit_trial.tried`.
    """
    network = operations(model)
    told = {
        "name": name,
        "classes": bundle.classes,
        "side": bundle.image_size_px,
        "logits": network.steps[-1].shape[0],
        "arena": arena_bytes(network, bundle.image_size_px),
        "temperature": bundle.temperature,
        "size": len(model),
    }
    readme = rendered(
        "microcontroller.md",
        **told,
        kinds=_kinds(network),
        table=eight_bit_text.table(trial),
        verdict=eight_bit_text.verdict(trial),
    )
    files = {
        README: readme.encode(),
        HEADER: rendered("model_h.txt", **told).encode(),
        SOURCE: _source(model, bundle.classes).encode(),
        MODEL_FILE: model,
        LIST: "".join(f"{label}\n" for label in bundle.classes).encode(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(member(file), content, zipfile.ZIP_DEFLATED)


def arena_bytes(network: Operations, image_size_px: int) -> int:
    """About how much memory it needs while it computes: the maps that are needed at one time.

    Kernels made for one chip may ask for some more.

    Args:
        network: In 8 bits: a byte for each number.
        image_size_px: Side of its photos.
    """
    size = {step.result: int(np.prod(step.shape)) for step in network.steps}
    size[network.steps[0].inputs[0]] = 3 * image_size_px**2
    last = {name: place for place, step in enumerate(network.steps) for name in step.inputs}
    alive = {network.steps[0].inputs[0]}
    most = channels = 0
    for place, step in enumerate(network.steps):
        alive.add(step.result)
        most = max(most, sum(size[name] for name in alive))
        alive -= {name for name in alive if last.get(name, place) <= place}
        channels += step.shape[-1] if len(step.inputs) == 3 else 0
    return most + _CHANNEL_BYTES * channels + _OPERATION_BYTES * len(network.steps)


def _kinds(network: Operations) -> list[str]:
    """The operators that it needs, as TFLM's resolver calls them: `AddConv2D`."""
    kinds = dict.fromkeys(step.kind for step in network.steps)
    return ["Add" + kind.title().replace("_", "").replace("2d", "2D") for kind in kinds]


def _source(model: bytes, classes: Sequence[str]) -> str:
    """The array and the labels, for a compiler of C or C++."""
    numbers = [f"0x{byte:02x}," for byte in model]
    lines = [
        "  " + "".join(numbers[start : start + _IN_A_LINE])
        for start in range(0, len(numbers), _IN_A_LINE)
    ]
    labels = [f'  "{_quoted(label)}",' for label in classes]
    return "\n".join(
        [
            f'#include "{HEADER}"',
            "",
            "PAWTUNE_ALIGNED const unsigned char pawtune_model[PAWTUNE_MODEL_BYTES] = {",
            *lines,
            "};",
            "",
            "const char* const pawtune_labels[PAWTUNE_CLASSES] = {",
            *labels,
            "};",
            "",
        ]
    )


def _quoted(label: str) -> str:
    """A label in UTF-8 as a string of C: what could mean something there is written as octal."""
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in label.encode())
