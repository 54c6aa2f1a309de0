"""The published ImageNet weights: kept once in Keras's cache folder, and checked before use.

Keras writes a download straight to its final name and checks nothing for MobileNetV2, so a
connection that broke once leaves a file that fails for ever. Here a file is used only when it is
whole HDF5 with every layer that MobileNetV2 has; its SHA-256 is written beside it after
the first look, so that a change afterwards is seen too. No TensorFlow in here.

The image size changes no tensor: any file of a width starts a training at any size. So one that is
here already is taken before another is fetched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from pipeline.errors import DownloadError, SettingError
from pipeline.files.atomic import sha256_of, write_atomically
from pipeline.files.download import download
from pipeline.files.sizes import size
from pipeline.network.mobilenet_v2 import backbone_layers, num_features
from pipeline.progress import Report
from pipeline.settings.environment import keras_home

_WEIGHTS_URL: Final = (
    "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
    "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha}_{size}{top}.h5"
)
_CLASS_INDEX_URL: Final = (
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
)
_CLASS_INDEX_SHA256: Final = "a1e7a966a1f601d39e4b43e119b3e7dd4a2ad3ea08cf69847cbaf021013767bc"
_IMAGENET_CLASSES: Final = 1000
_ELSEWHERE: Final = "Set KERAS_HOME to a folder that can be written to"
_STANDARD_PX: Final = 224
# The wide networks were published for one image size (keras-team/keras#16452); for sizes without
# a file Keras takes that one, too.
_PUBLISHED_FOR_PX: Final = {
    **dict.fromkeys((0.35, 0.5, 0.75, 1.0), (96, 128, 160, 192, _STANDARD_PX)),
    **dict.fromkeys((1.3, 1.4), (_STANDARD_PX,)),
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A published file: where it comes from and how to tell that it is the right one."""

    url: str
    words: str  # what it is, for people
    way_out: str  # what to do without it, for people
    flaw: Callable[[Path], str | None]  # what is wrong with a file, None when it is right

    @property
    def target(self) -> Path:
        return keras_home() / "models" / self.url.rsplit("/", 1)[-1]

    def flaw_of(self, path: Path) -> str | None:
        """What is wrong with a file; the record of the first look saves looking again."""
        recorded = _recorded(self.target) if path == self.target else ""
        if recorded:
            return None if recorded == sha256_of(path) else "has changed since it was fetched"
        return self.flaw(path)


def published_for_px(alpha: float, image_size_px: int) -> int:
    """Image size, in pixels, of the published file that Keras would take for a size.

    Args:
        alpha: Width of the network, one of the choices of `TRAIN["alpha"]`.
        image_size_px: Side of the square that the network is to see.
    """
    return image_size_px if image_size_px in _PUBLISHED_FOR_PX[alpha] else _STANDARD_PX


def weights_file(alpha: float, image_size_px: int, include_top: bool, report: Report) -> Path:
    """Path of MobileNetV2's ImageNet weights: a file of this width that is here, or fetched.

    Args:
        alpha: Width of the network, one of the choices of `TRAIN["alpha"]`.
        image_size_px: Side of the square that the network is to see: 96 to 224 pixels. Of
            several files that are here, the one for this size is taken.
        include_top: Whether the layer that names the 1,000 ImageNet classes is needed.
        report: Told about the download.

    Raises:
        DownloadError: If no whole file of this width is here and none can be fetched.
        SettingError: If there is no folder for them: neither `KERAS_HOME` nor a home.
        Stopped: If `report` says so.
    """
    wanted = _candidates(alpha, image_size_px, include_top)
    return _provide(next(filter(_is_here, wanted), wanted[0]), report)


def weights_are_here(alpha: float, image_size_px: int) -> bool:
    """Whether `weights_file` would give the weights of a backbone without fetching anything.

    Args:
        alpha: Width of the network, one of the choices of `TRAIN["alpha"]`.
        image_size_px: Side of the square that the network is to see, in pixels.
    """
    return any(map(_is_here, _candidates(alpha, image_size_px, include_top=False)))


def _candidates(alpha: float, image_size_px: int, include_top: bool) -> list[_Wanted]:
    """The published files that would do, the best first."""
    best = published_for_px(alpha, image_size_px)
    others = [size_px for size_px in reversed(_PUBLISHED_FOR_PX[alpha]) if size_px != best]
    tops = (True,) if include_top else (False, True)  # what has the top has the rest, too
    return [_weights(alpha, size_px, top) for top in tops for size_px in (best, *others)]


def told_of(path: Path) -> str:
    """Which weights a file holds, for people: `width 1.4, made for 224 px`."""
    alpha, size_px = path.stem.removesuffix("_no_top").split("_")[-2:]
    return f"width {alpha}, made for {size_px} px"


def _weights(alpha: float, size_px: int, include_top: bool) -> _Wanted:
    expected = [layer.parameters for layer in backbone_layers(alpha, size_px) if layer.parameters]
    if include_top:
        expected.append((num_features(alpha) + 1) * _IMAGENET_CLASSES)
    top = "" if include_top else "_no_top"
    way_out = "Connect to the internet once"
    return _Wanted(
        _WEIGHTS_URL.format(alpha=float(alpha), size=size_px, top=top),
        f"the ImageNet weights of MobileNetV2 ({size(sum(expected) * 4)})",
        f"{way_out}." if include_top else f"{way_out}, or start from the built-in network.",
        lambda path: _weights_flaw(path, expected),
    )


def _is_here(wanted: _Wanted) -> bool:
    """Whether a file that can be used lies there; one that cannot be read is none."""
    try:
        return wanted.target.is_file() and wanted.flaw_of(wanted.target) is None
    except (OSError, SettingError):
        return False


def class_index_file(report: Report) -> Path:
    """Path of `imagenet_class_index.json`: the names of ImageNet's 1,000 classes.

    Args:
        report: Told about the download.

    Raises:
        DownloadError: If the file is missing or broken and cannot be fetched.
        SettingError: If there is no folder for it: neither `KERAS_HOME` nor a home.
        Stopped: If `report` says so.
    """
    return _provide(
        _Wanted(
            _CLASS_INDEX_URL,
            "the names of the ImageNet classes (35 kB)",
            "Connect to the internet once.",
            _class_index_flaw,
        ),
        report,
    )


def _provide(wanted: _Wanted, report: Report) -> Path:
    """The file, checked; fetched anew when it is missing or not what it should be."""
    target = wanted.target
    try:
        download([wanted.url], target, report, check=wanted.flaw_of, elsewhere=_ELSEWHERE)
    except DownloadError as error:
        raise DownloadError(
            f"PawTune needs {wanted.words} once, and could not fetch them: {error} {wanted.way_out}"
        ) from error
    _record(target)
    return target


def _recorded(target: Path) -> str:
    """SHA-256 of the file when it was first found whole, or empty."""
    try:
        return _record_path(target).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _record_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.sha256")


def _record(target: Path) -> None:
    """Write down what the file is now; a cache that is kept read-only stays untouched."""
    # The bits, not `os.access`: root may write anywhere, yet a folder that its owner
    # locked is meant to stay as it is.
    if not target.parent.stat().st_mode & 0o222:
        return
    digest = sha256_of(target)
    if digest == _recorded(target):
        return
    with contextlib.suppress(OSError):  # then the full check is made again next time
        write_atomically(_record_path(target), f"{digest}\n".encode())


def _weights_flaw(path: Path, expected: list[int]) -> str | None:
    """What is wrong with a file of weights: read in full, so that a truncation shows."""
    sizes = []
    try:
        with h5py.File(path, "r") as file:
            root: Any = file if "layer_names" in file.attrs else file["model_weights"]
            for layer in root.attrs["layer_names"]:
                group = root[layer]
                values = [group[name][()] for name in group.attrs["weight_names"]]
                if not all(np.isfinite(value).all() for value in values):
                    return "holds values that are no numbers"
                sizes.append(sum(value.size for value in values))
    except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError):
        return "is no whole file of weights"
    if [size for size in sizes if size] != expected:
        return "holds the weights of another network"
    return None


def _class_index_flaw(path: Path) -> str | None:
    return None if sha256_of(path) == _CLASS_INDEX_SHA256 else "is not the list of those names"
