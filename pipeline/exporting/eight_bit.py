"""The network in whole numbers of 8 bits: a third of the size, and less work for a processor.

Every number of a step becomes `scale * (whole - zero)`, with the scale from the range that photos
show; kernels have one scale for each channel, and biases 32 bits (Jacob et al. 2018, "Quantization
and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR).

`ai-edge-quantizer` 0.10 was tried and left: it averages ranges over photos, so the one logit of two
classes gets a range without a width, lets biases of nearly dead channels change their sign, and
asks for one single version of LiteRT.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.exporting.eight_bit_ranges import Ranges
from pipeline.network.litert_graph import Graph
from pipeline.network.litert_operations import Operation, Operations
from pipeline.network.litert_runner import INPUT, LOGITS
from pipeline.network.mobilenet_v2 import GREY

# What the pixels are less by. Grey lies between two of them; the first bias takes up the half.
CENTRE: Final = 128
_LEVELS: Final = 255
_LOWEST: Final = -128
_MOST: Final = 127  # a kernel leaves -128 out, as LiteRT asks
_BIAS: Final = 2.0**30  # half of what 32 bits hold: the products need room, too
_START: Final = "SUB"
_HEAD: Final = "FULLY_CONNECTED"
# The first version of each operator that knows int8, and the axis of a kernel's channels.
_VERSIONS: Final = {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 3, "ADD": 2, "MEAN": 2, _HEAD: 4}
_AXES: Final = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3}


def with_float_edges(network: Operations, found: Ranges) -> bytes:
    """The network again: it takes and gives the same by the same names, float32.

    The head stays as it is: it is small, and has the last word.

    Args:
        network: As `litert_file` writes it.
        found: The range of every step, see `eight_bit_ranges.ranges`.

    Raises:
        RunError: If it is no network of ours.
    """
    writer = _Writer(network, found)
    writer.begin_with_float()
    head = writer.steps.pop()
    for step in writer.steps:
        writer.add(step)
    pooled = writer.as_float(head.inputs[0])
    numbers = [writer.graph.constant(name, network.constants[name]) for name in head.inputs[1:]]
    logits = writer.graph.operation(
        _HEAD, [pooled, *numbers], head.result, head.shape, head.options
    )
    outputs = {LOGITS: logits}
    for name, result in network.outputs.items():
        if name != LOGITS:
            outputs[name] = pooled if result == head.inputs[0] else writer.as_float(result)
    return writer.graph.pack(outputs)


def with_whole_edges(network: Operations, found: Ranges) -> bytes:
    """The network for what computes with nothing but whole numbers; otherwise as above.

    It takes "photos", `(n, S, S, 3)` int8, pixels less 128, and gives "logits" alone, int8.
    """
    writer = _Writer(network, found)
    writer.begin_with_whole()
    for step in writer.steps:
        writer.add(step)
    return writer.graph.pack({LOGITS: writer.tensors[network.outputs[LOGITS]]})


class _Writer:
    """A graph in the making; `tensors` and `_scales` go by the names of results."""

    def __init__(self, network: Operations, found: Ranges) -> None:
        first, *steps = network.steps
        kinds = [step.kind for step in steps]
        if first.kind != _START or kinds[-1] != _HEAD or not set(kinds) <= set(_VERSIONS):
            raise RunError(
                "This run's network is not built as those that can be written in 8 bits. "
                "Export the model bundle instead."
            )
        self.steps = steps
        self.graph = Graph()
        self.tensors: dict[str, int] = {}
        self._first, self._network, self._found = first, network, found
        self._scales: dict[str, float] = {}

    def begin_with_float(self) -> None:
        """Take photos as they are, and make them whole numbers without loss."""
        shape, name = self._first.shape, self._first.result
        photos = self.graph.input(INPUT, shape)
        centre = self.graph.constant("centre", np.array([CENTRE], np.float32))
        less = self.graph.operation(
            _START, [photos, centre], f"{name}/float", shape, schema.SubOptionsT()
        )
        whole = self.graph.operation("QUANTIZE", [less], name, shape, schema.QuantizeOptionsT())
        self._started(whole)

    def begin_with_whole(self) -> None:
        """Take photos as whole numbers."""
        self._started(self.graph.input(INPUT, self._first.shape))

    def add(self, step: Operation) -> None:
        """Write one step."""
        inputs = [self.tensors[name] for name in step.inputs if name in self.tensors]
        inputs += self._kernel_and_bias(step) if len(step.inputs) == 3 else self._axes(step)
        version = _VERSIONS[step.kind]
        result = self.graph.operation(
            step.kind, inputs, step.result, step.shape, step.options, version
        )
        low, high = self._found[step.result]
        scale = np.float32((high - low) / _LEVELS or 1.0)
        self._mean(step.result, result, scale, round(_LOWEST - low / float(scale)))

    def as_float(self, name: str) -> int:
        """A result as float32."""
        shape = next(step.shape for step in self.steps if step.result == name)
        options = schema.DequantizeOptionsT()
        return self.graph.operation(
            "DEQUANTIZE", [self.tensors[name]], f"{name}/float", shape, options, version=2
        )

    def _started(self, tensor: int) -> None:
        self._mean(self._first.result, tensor, np.float32(1), 0)

    def _mean(self, name: str, tensor: int, scale: np.float32, zero: int) -> None:
        self.graph.stands_for(tensor, np.array([scale]), zero)
        self.tensors[name], self._scales[name] = tensor, float(scale)

    def _axes(self, step: Operation) -> list[int]:
        """What a MEAN takes besides its map."""
        constants = self._network.constants
        return [self.graph.constant(one, constants[one]) for one in step.inputs if one in constants]

    def _kernel_and_bias(self, step: Operation) -> list[int]:
        received, kernel_name, bias_name = step.inputs
        kernel = self._network.constants[kernel_name].astype(np.float64)
        bias = self._network.constants[bias_name].astype(np.float64)
        axis = _AXES.get(step.kind)
        others = None if axis is None else tuple({*range(kernel.ndim)} - {axis})
        if received == self._first.result:
            bias = bias + (CENTRE - GREY) * kernel.sum(axis=others)
        # A nearly dead channel has a large bias beside tiny weights: its scale may not be as tiny.
        size = self._scales[received]
        wanted = np.maximum(
            _reach(kernel, others) / _MOST, _reach(bias, others and ()) / _BIAS / size
        )
        scale = np.where(wanted > 0, wanted, 1.0).astype(np.float32)
        shape = [1] * kernel.ndim
        shape[axis or 0] = len(scale)
        whole = np.rint(kernel / scale.reshape(shape)).clip(-_MOST, _MOST).astype(np.int8)
        unit = scale.astype(np.float64) * size
        added = np.rint(bias / unit).astype(np.int32)
        kernel_tensor = self.graph.constant(kernel_name, whole)
        bias_tensor = self.graph.constant(bias_name, added)
        self.graph.stands_for(kernel_tensor, scale, axis=axis or 0)
        self.graph.stands_for(bias_tensor, unit.astype(np.float32))
        return [kernel_tensor, bias_tensor]


def _reach(values: NDArray[np.float64], axes: Any) -> NDArray[np.float64]:
    """The largest size among some axes, `(channels,)`; of all, `(1,)`, where these are None."""
    return np.atleast_1d(np.abs(values).max(axis=axes))
