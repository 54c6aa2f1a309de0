"""How long a training will take on this machine, before it is started.

From a few timed batches (`pipeline.learning.speed_test`) to any number of photos, epochs and
released layers, and to other networks than the one that was timed. Nothing here computes with a
network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Final, NamedTuple

from pipeline.network.convolutions import convolutions, frozen_convolutions
from pipeline.network.mobilenet_v2 import Layer, backbone_layers
from pipeline.settings.hyperparameters import NUM_LAYERS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig

# Moving one output value to memory and back takes as long as so many multiply-adds: the early
# convolutions compute little and write a lot. Held against measurements on two cores: the whole
# network and its lower part at six widths and image sizes, the tail at ten cuts and sizes. From the
# timing at 160 px the former are 0.66 (at 96 px) to 1.07 of what was measured, the latter 0.81
# (at 224 px) to 1.42 (the smallest tails).
_VALUE_COST: Final = 30.0
# A step's price besides its photos: the optimizer goes through every released number, and
# TensorFlow through the list of operations, which weighs as much as so many numbers.
_STEP_NUMBERS: Final = 1e6

_WORKER_S: Final = 1.0  # a process of its own, imports, reading the lists of photos
_EPOCH_S: Final = 0.1  # a checkpoint, on the disk for good
_PACKING_S: Final = 1.7  # the answering network, written and opened; how far from familiar is new
COMPARED: Final = 100  # photos that it answers to be held against the training
LOOKED_AT: Final = 500  # validation photos, and up to
FAMILIAR: Final = 1000  # photos in all, that it looks at so that it knows what is new to it
FEW: Final = 1000  # photos of a set in which each is judged by a head that had not seen it
_JUDGING_S: Final = 1e-3  # for each of those photos: five folds, each with its own strength
_SOLVER_TURNS: Final = 150  # over all training photos, for every strength that is tried


@dataclass(frozen=True, slots=True)
class TrainingTime:
    """Seconds from pressing Start to the finished run, without downloading weights.

    Attributes:
        starting: A process, imports, lists of photos.
        preparing: Photos decoded, and looked at by the frozen layers; 0 where all that is kept.
        head: The first phase, without that.
        fine_tuning: The second phase, likewise.
        packing: The network made to answer, and held against the training.
        scoring: The test photos asked about; in a small set each photo by a head of its own.
    """

    starting: float
    preparing: float
    head: float
    fine_tuning: float
    packing: float
    scoring: float

    @property
    def total(self) -> float:
        """All of them."""
        return math.fsum(astuple(self))


def training_seconds(
    config: TrainConfig,
    training: int,
    validation: int,
    test: int,
    measured: Mapping[str, float],
    cached: bool = False,
) -> float:
    """Seconds that a training will take in all, see `training_time`."""
    return training_time(config, training, validation, test, measured, cached).total


def training_time(
    config: TrainConfig,
    training: int,
    validation: int,
    test: int,
    measured: Mapping[str, float],
    cached: bool = False,
) -> TrainingTime:
    """How long each part of a training will take, at most when it may stop early.

    Args:
        config: The run's settings.
        training: Number of training photos.
        validation: Number of validation photos.
        test: Number of test photos.
        measured: What `time_batches` measured on this machine, best with the same width and
            image size; others are scaled to.
        cached: Whether photos are decoded and the frozen layers' results kept already.
    """
    machine, every = _Machine(config, measured), training + validation + test
    preparing = 0.0
    if not cached:
        preparing = every * machine.decode_s + validation * machine.frozen_s
        preparing += training * _looking_s(config, machine)
    scoring = test * machine.frozen_s
    if every < FEW:
        scoring += test * machine.frozen_s + every * _JUDGING_S
    return TrainingTime(
        _WORKER_S,
        preparing,
        _head_s(config, training, machine),
        _fine_tuning_s(config, training, validation, machine) if config.fine_tune_epochs else 0.0,
        _PACKING_S + (COMPARED + _familiar(config, training, validation)) * machine.frozen_s,
        scoring,
    )


def _familiar(config: TrainConfig, training: int, validation: int) -> int:
    """Photos that the finished network has to look at to know what is new to it."""
    if not config.fine_tune_epochs and (config.head == SOLVED or is_plain(config)):
        return 0  # what it sees of them is kept
    known = min(validation, LOOKED_AT)
    learned = min(training, FAMILIAR - known)
    return learned + known if config.fine_tune_epochs else learned


def is_plain(config: TrainConfig) -> bool:
    """Whether photos are learned as they are."""
    return config.augment == AUGMENT_PRESETS["none"]


def head_views(config: TrainConfig, epochs: int) -> set[int | None]:
    """Views that the head learns from in its first so many epochs; None: photos as they are."""
    if config.head == SOLVED or is_plain(config):
        return {None}
    return {config.view_of(epoch) for epoch in range(epochs)}


class _Machine:
    """What was measured, scaled to the network of `config`: seconds for one photo, or one step."""

    def __init__(self, config: TrainConfig, measured: Mapping[str, float]) -> None:
        alpha, side = config.alpha, config.image_size_px
        was_alpha, was_side = measured["alpha"], int(measured["image_size_px"])
        pixels = (side / was_side) ** 2
        every = _work(backbone_layers(alpha, side))
        self.cut = _cut_layer(alpha, side, config.fine_tune_at)
        # Reading a JPEG costs as much whatever comes of it; scaling it costs for each pixel.
        self.decode_s = measured["decode_s"] * (1 + pixels) / 2
        self.augment_s = measured["augment_s"] * pixels
        self.frozen_s = measured["frozen_s"] * every / _work(backbone_layers(was_alpha, was_side))
        self.lower_s = self.frozen_s * _work(backbone_layers(alpha, side)[: self.cut]) / every
        self.head_s, self.solve_s = measured["head_s"], measured["solve_s"]
        self.start_s = measured["start_s"]

        tail = _tail_work(alpha, side, config.fine_tune_at)
        was = _tail_work(was_alpha, was_side, int(measured["fine_tune_at"]))
        self.scoring_s = measured["scoring_s"] * tail.forward / was.forward
        # Beyond its forward pass, a step goes back through the released layers.
        back_s = max(0.0, measured["tail_s"] - measured["scoring_s"]) * tail.back / was.back
        self.tail_s = self.scoring_s + back_s
        self.step_s = measured["step_s"] * (_STEP_NUMBERS + tail.numbers)
        self.step_s /= _STEP_NUMBERS + was.numbers


def _cut_layer(alpha: float, image_size_px: int, fine_tune_at: int) -> int:
    """Index of the first layer that fine-tuning computes, 0 to 154."""
    cut = frozen_convolutions(alpha, image_size_px, fine_tune_at)
    return convolutions(alpha, image_size_px)[cut - 1].last + 1 if cut else 0


def _work(layers: Iterable[Layer]) -> float:
    """Work in these layers for one photo, in multiply-adds.

    Only convolutions count: everything else is folded into them.
    """
    return sum(
        layer.multiply_adds + _VALUE_COST * math.prod(layer.output_shape)
        for layer in layers
        if layer.kind.endswith("Conv2D")
    )


class _TailWork(NamedTuple):
    forward: float  # multiply-adds for one photo
    back: float  # of the layers that have to be gone back through, likewise
    numbers: int  # that change in a step


def _tail_work(alpha: float, image_size_px: int, fine_tune_at: int) -> _TailWork:
    layers = backbone_layers(alpha, image_size_px)
    released = layers[fine_tune_at:]
    return _TailWork(
        _work(layers[_cut_layer(alpha, image_size_px, fine_tune_at) :]),
        _work(released),
        sum(layer.parameters for layer in released if layer.kind.endswith("Conv2D")),
    )


def _looking_s(config: TrainConfig, machine: _Machine) -> float:
    """Passes of the frozen layers over one training photo, over all epochs."""
    plain = is_plain(config)
    augment_s = 0.0 if plain else machine.augment_s
    whole = head_views(config, config.epochs)
    seconds = sum(machine.frozen_s + (view is not None) * augment_s for view in whole)
    if config.fine_tune_epochs and 0 < machine.cut < NUM_LAYERS:
        epochs = range(config.epochs, config.epochs + config.fine_tune_epochs)
        views = {None if plain else config.view_of(epoch) for epoch in epochs}
        # Where both phases see the same view, one pass gives what both need.
        seconds += len(views - whole) * (machine.lower_s + augment_s)
    return seconds


def _head_s(config: TrainConfig, training: int, machine: _Machine) -> float:
    if config.head == SOLVED:
        return _SOLVER_TURNS * training * machine.solve_s + _EPOCH_S
    return config.epochs * (training * machine.head_s + _EPOCH_S)


def _fine_tuning_s(config: TrainConfig, training: int, validation: int, machine: _Machine) -> float:
    if machine.cut == NUM_LAYERS:  # nothing is released: the head learns on
        return config.fine_tune_epochs * (training * machine.head_s + _EPOCH_S)
    steps = math.ceil(training / config.batch_size)
    epoch_s = steps * machine.step_s + training * machine.tail_s + validation * machine.scoring_s
    if not machine.cut and not is_plain(config):
        epoch_s += training * machine.augment_s  # there is nothing below to keep
    return machine.start_s + config.fine_tune_epochs * (epoch_s + _EPOCH_S)
