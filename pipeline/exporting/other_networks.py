"""SavedModel and ONNX: the Keras network once more, in the forms that other tools take."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import pipeline.learning  # noqa: F401 - it tells Keras which backend to take
from pipeline.evaluation.metrics import probabilities
from pipeline.exporting.labels import LABELS
from pipeline.files.atomic import STAGING_MARK
from pipeline.photos.set_file import member

LOGITS: Final = "logits"
FOLDER: Final = "savedmodel"  # in the zip
_EXTRAS: Final = "assets.extra"  # in a SavedModel: what TensorFlow keeps and does not read
# In the path of a SavedModel TensorFlow takes these for a pattern, and finds nothing.
_PATTERN: Final = frozenset("*?[") | ({"\\"} - {os.sep})
_BATCH: Final = 32


def saved_model(
    model: Any, labels: dict[str, Any], photos: NDArray[np.uint8], path: Path
) -> NDArray[np.float32]:
    """Write a zip of a SavedModel with its labels.

    Args:
        model: See `keras_network.build`.
        labels: What the answers mean, see `labels.labels`.
        photos: `(N, S, S, 3)` uint8 RGB in [0, 255].
        path: The zip.

    Returns:
        `(N, C)` probabilities of `photos`, by the SavedModel.
    """
    near = None if _PATTERN & set(str(path.parent)) else path.parent
    with TemporaryDirectory(prefix=STAGING_MARK, dir=near, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        model.export(folder, format="tf_saved_model", verbose=False)
        told = json.dumps(labels, indent=1)
        for place in (folder, folder / _EXTRAS):
            place.mkdir(exist_ok=True)
            (place / LABELS).write_text(told, encoding="utf-8")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(entry for entry in folder.rglob("*") if entry.is_file()):
                inside = f"{FOLDER}/{file.relative_to(folder).as_posix()}"
                archive.writestr(member(inside), file.read_bytes(), zipfile.ZIP_DEFLATED)
            archive.writestr(member(LABELS), told)
            archive.writestr(member("README.txt"), _readme(photos.shape[1]))
        return _ask_saved_model(folder, photos)


def _ask_saved_model(folder: Path, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    from pipeline.learning.lean_tensorflow import tf

    network = tf.saved_model.load(str(folder))  # `serve` alone does not keep its variables alive
    return _asked(network.serve, photos)


def onnx(
    model: Any, labels: dict[str, Any], photos: NDArray[np.uint8], path: Path
) -> NDArray[np.float32]:
    """Write an ONNX file that tells its classes; what it answers, as `saved_model` does."""
    import onnx
    import onnxruntime

    model.predict(photos[:1].astype(np.float32), verbose=0)  # a model never asked is refused
    model.export(path, format="onnx", verbose=False)
    proto = onnx.load(str(path))
    _name_output(proto, LOGITS)
    onnx.helper.set_model_props(proto, {name: json.dumps(value) for name, value in labels.items()})
    onnx.checker.check_model(proto)
    path.write_bytes(proto.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # a run's log is for people
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    return _asked(lambda batch: session.run([LOGITS], {taken.name: batch})[0], photos)


def _asked(
    logits: Callable[[NDArray[np.float32]], Any], photos: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """`(N, C)` float32 probabilities, from what gives the logits of a batch."""
    batches = (
        photos[start : start + _BATCH].astype(np.float32) for start in range(0, len(photos), _BATCH)
    )
    return probabilities(np.concatenate([np.asarray(logits(batch)) for batch in batches]))


def _name_output(proto: Any, name: str) -> None:
    """Give the one output a name that says what it is."""
    (output,) = proto.graph.output
    before = output.name
    output.name = name
    for node in proto.graph.node:
        for names in (node.input, node.output):
            for place, one in enumerate(names):
                if one == before:
                    names[place] = name


def _readme(image_size_px: int) -> str:
    side = image_size_px
    return f"""A network trained with PawTune, as a TensorFlow SavedModel.

In:  photos, (N, {side}, {side}, 3) float32, red green blue from 0 to 255, squashed to a square.
Out: logits, (N, L) float32, certainty set right already. With L = 1, sigmoid gives the probability
     of the second class in labels.json; with more, softmax gives one for each class.

    import tensorflow as tf
    network = tf.saved_model.load("{FOLDER}")
    logits = network.serve(photos)
"""
