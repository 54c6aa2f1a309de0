"""What a backbone knows before training: the published numbers, or random ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.files.atomic import sha256_of
from pipeline.network.batch_norm import scale_and_shift
from pipeline.network.convolutions import DEPTHWISE, FULL, Convolution, convolutions
from pipeline.network.head import Head
from pipeline.network.imagenet_weights import weights_file
from pipeline.network.mobilenet_v2 import GREY
from pipeline.network.names import HEAD
from pipeline.network.started_from import STARTED_FROM_FILE, StartedFrom, read_start
from pipeline.network.tensors import Tensors, read_published, read_tensors, write_tensors
from pipeline.progress import Report
from pipeline.settings.environment import BACKBONE
from pipeline.settings.hyperparameters import BUILT_IN, IMAGENET
from pipeline.settings.train_config import TrainConfig

RANDOM_START: Final = "start.safetensors"
CALIBRATION_PHOTOS: Final = 32

Activations = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Start:
    """The network that a training begins with.

    Attributes:
        tensors: The backbone's numbers, by "layer/weight".
        sha256: Checksum of the file they came from.
        head: The head of an earlier run, where that goes on; None: one that knows nothing.
        has_seen: See `StartedFrom`.
    """

    tensors: Tensors
    sha256: str
    head: Head | None = None
    has_seen: bool = False


def starting_tensors(
    config: TrainConfig,
    run_folder: Path,
    photos: NDArray[np.uint8],
    report: Report,
    started_from: StartedFrom | None = None,
) -> Start:
    """The numbers of the network before training.

    Args:
        config: Says which.
        run_folder: Where a random start is kept, so that a run that goes on finds it again; and
            the network of an earlier run.
        photos: `(n, S, S, 3)` uint8 RGB in [0, 255], some training photos; a random start sets
            its batch normalization by them.
        report: Told about a download; may raise `Stopped`.
        started_from: The earlier run to start from, whatever the settings say.

    Raises:
        DownloadError: If the ImageNet weights are neither here nor to be had.
        RunError: If a file does not fit.
    """
    if started_from is not None:
        return _earlier(run_folder / STARTED_FROM_FILE, started_from)
    if config.weights == IMAGENET:
        path = weights_file(config.alpha, config.image_size_px, False, report)
        return Start(read_published(path, config.alpha), sha256_of(path))
    if config.weights == BUILT_IN:
        kept, _ = read_tensors(BACKBONE)
        tensors: Tensors = {name: tensor.astype(np.float32) for name, tensor in kept.items()}
        return Start(tensors, sha256_of(BACKBONE))
    path = run_folder / RANDOM_START
    if not path.exists():
        write_tensors(path, random_tensors(config, photos))
    return Start(read_tensors(path)[0], sha256_of(path))


def _earlier(path: Path, started_from: StartedFrom) -> Start:
    numbers, _ = read_start(path, started_from.sha256)
    backbone = {name: tensor for name, tensor in numbers.items() if not name.startswith(HEAD)}
    head = Head.from_tensors(numbers) if started_from.keeps_head else None
    return Start(backbone, started_from.sha256, head, started_from.has_seen)


def random_tensors(config: TrainConfig, photos: NDArray[np.uint8]) -> Tensors:
    """A backbone that knows nothing, but keeps the scale of what runs through it.

    Kernels are drawn as Keras draws them (Glorot & Bengio 2010). Batch normalization takes the
    statistics of `photos`: left at mean 0 and variance 1, the features would shrink to 1e-11
    over 52 convolutions, from which nothing can be learned.

    Args:
        config: Gives width, image size and seed.
        photos: `(n, S, S, 3)` uint8 RGB in [0, 255], a few dozen.
    """
    rng = np.random.default_rng(config.seed)
    tensors: Tensors = {}
    every = convolutions(config.alpha, config.image_size_px)
    results: list[Activations] = []
    x = photos.astype(np.float32) / GREY - 1
    for conv in every:
        kernel = _draw(conv, x.shape[-1], rng)
        x = _convolve(x, kernel, conv)
        ones = np.ones(x.shape[-1], np.float32)
        tensors |= {
            f"{conv.name}/kernel": kernel,
            f"{conv.normalization}/gamma": ones,
            f"{conv.normalization}/beta": 0 * ones,
            f"{conv.normalization}/moving_mean": x.mean(axis=(0, 1, 2)),
            f"{conv.normalization}/moving_variance": x.var(axis=(0, 1, 2)),
        }
        scale, shift = scale_and_shift(tensors, conv)
        x = x * scale + shift
        if conv.relu6:
            x = np.clip(x, 0, 6)
        if conv.adds is not None:
            x = x + results[conv.adds]
        # Only ends of blocks are needed again, and not for long; the others are large.
        results.append(x if conv.ends_block else x[:0])
        if len(results) > 6:
            results[-7] = x[:0]
    return tensors


def _draw(conv: Convolution, received: int, rng: np.random.Generator) -> NDArray[np.float32]:
    channels = conv.output_shape[-1]
    if conv.kind == DEPTHWISE:
        shape: tuple[int, ...] = (3, 3, channels, 1)
        fans = 9 * (channels + 1)
    else:
        side = 3 if conv.kind == FULL else 1
        shape = (side, side, received, channels)
        fans = side * side * (received + channels)
    limit = np.sqrt(6 / fans)
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def _convolve(x: Activations, kernel: NDArray[np.float32], conv: Convolution) -> Activations:
    """One convolution that pads as TensorFlow's "SAME" does."""
    if conv.kind not in (FULL, DEPTHWISE):
        return np.asarray(x @ kernel[0, 0])
    side, stride = x.shape[1], conv.stride
    whole = (-(-side // stride) - 1) * stride + 3 - side
    padding = (whole // 2, whole - whole // 2)
    padded = np.pad(x, ((0, 0), padding, padding, (0, 0)))
    out: Activations = np.zeros((len(x), *conv.output_shape), np.float32)
    height, width, _ = conv.output_shape
    for row in range(3):
        for column in range(3):
            seen = padded[:, row:, column:][:, ::stride, ::stride][:, :height, :width]
            factors = kernel[row, column]
            out += seen @ factors if conv.kind == FULL else seen * factors[:, 0]
    return out
