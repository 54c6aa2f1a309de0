"""The network as a LiteRT file: it answers without TensorFlow, with the same numbers.

A file takes "photos", `(n, S, S, 3)` float32 RGB in [0, 255], in batches of any size, and names
its outputs; the answer, where there is one, is the first. Batch normalization is folded into the
convolutions (see `batch_norm`), so 52 of them, 10 additions and the head are all that is left:
everything in it runs in LiteRT's fast kernels (XNNPACK). Held against Keras by tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.network.batch_norm import fold
from pipeline.network.convolutions import DEPTHWISE, FULL, Convolution, convolutions
from pipeline.network.litert_graph import Graph
from pipeline.network.litert_runner import CUT, FEATURE_MAP, INPUT, LOGITS, POOLED, PROBABILITIES
from pipeline.network.mobilenet_v2 import GREY, num_features
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL, STATISTICS
from pipeline.network.tensors import Tensors

_Head = tuple[NDArray[np.float32], NDArray[np.float32]]


def litert_file(
    tensors: Tensors,
    alpha: float,
    image_size_px: int,
    *,
    cut: int | None = None,
    pooled: bool = True,
    feature_map: bool = False,
    head: _Head | None = None,
    softmax: bool = False,
) -> bytes:
    """Write the network, or as much of it as the wanted outputs need.

    Args:
        tensors: The backbone's numbers, by "layer/weight".
        alpha: Width of the network.
        image_size_px: Side S of the square photos, in pixels.
        cut: For the output "cut", `(n, h, w, c)`: the result of the first `cut` of the 52
            convolutions, 1 to 52. None leaves it out.
        pooled: Whether to give "pooled", `(n, F)`: the last map's average.
        feature_map: Whether to give "feature_map", `(n, h, w, F)`: the backbone's last map.
        head: Kernel `(F, L)` and bias `(L,)` for the output "logits", `(n, L)`. None leaves
            it out.
        softmax: Whether to give the head's "probabilities", `(n, L)`, too.

    Returns:
        The file's bytes; all outputs are float32.

    Raises:
        RunError: If numbers are missing or belong to another network.
        SettingError: If `alpha` or `image_size_px` is none of the choices.
        ValueError: If no output is wanted, or one that cannot be.
    """
    every = convolutions(alpha, image_size_px)
    if cut is not None and not 1 <= cut <= len(every):
        raise ValueError(f"The cut must be 1 to {len(every)}. Received: cut={cut}.")
    if softmax and head is None:
        raise ValueError("Probabilities need a head. Received: head=None.")
    whole = pooled or feature_map or head is not None
    needed = every if whole else every[:cut]
    if cut is None and not whole:
        raise ValueError("At least one output must be wanted. Received: none.")
    if head is not None:
        _check_head(head, num_features(alpha))

    graph = Graph()
    results = _backbone(graph, tensors, image_size_px, needed)
    outputs: dict[str, int] = {}
    if cut is not None:
        outputs[CUT] = results[cut - 1]
    if feature_map:
        outputs[FEATURE_MAP] = results[-1]
    if pooled or head is not None:
        average = _average(graph, results[-1], num_features(alpha))
        if pooled:
            outputs[POOLED] = average
        if head is not None:
            outputs = _answers(graph, average, head, softmax) | outputs  # the answer comes first
    return graph.pack(outputs)


def _backbone(
    graph: Graph, tensors: Tensors, image_size_px: int, convs: Sequence[Convolution]
) -> list[int]:
    """The photo, centred, and the result of each convolution after it."""
    shape = (image_size_px, image_size_px, 3)
    photos = graph.input(INPUT, shape)
    centre = graph.constant("centre", np.array([GREY], np.float32))
    received = graph.operation("SUB", [photos, centre], "centred", shape, schema.SubOptionsT())
    channels = 3
    results: list[int] = []
    for place, conv in enumerate(convs):
        _check(tensors, conv, channels)
        kernel, bias = fold(tensors, conv)
        if place == 0:
            # The rescaling's division: the borders' zeros are grey before it and after it.
            kernel = kernel / np.float32(GREY)
        received = _convolution(graph, received, conv, kernel, bias)
        if conv.adds is not None:
            received = graph.operation(
                "ADD",
                [received, results[conv.adds]],
                f"{conv.name}/add",
                conv.output_shape,
                schema.AddOptionsT(),
            )
        results.append(received)
        channels = conv.output_shape[2]
    return results


def _convolution(
    graph: Graph,
    received: int,
    conv: Convolution,
    kernel: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> int:
    options: Any
    if conv.kind == DEPTHWISE:
        options = schema.DepthwiseConv2DOptionsT()
        options.depthMultiplier = 1
        kernel = kernel.reshape(1, 3, 3, -1)  # (1, height, width, channels)
    else:
        options = schema.Conv2DOptionsT()
        kernel = kernel.transpose(3, 0, 1, 2)  # (channels, height, width, received)
    options.padding = schema.Padding.SAME
    options.strideH = options.strideW = conv.stride
    if conv.relu6:
        options.fusedActivationFunction = schema.ActivationFunctionType.RELU6
    inputs = [
        received,
        graph.constant(f"{conv.name}/kernel", kernel),
        graph.constant(f"{conv.name}/bias", bias),
    ]
    kind = "DEPTHWISE_CONV_2D" if conv.kind == DEPTHWISE else "CONV_2D"
    return graph.operation(kind, inputs, conv.name, conv.output_shape, options)


def _average(graph: Graph, feature_map: int, features: int) -> int:
    axes = graph.constant("axes", np.array([1, 2], np.int32))
    options = schema.ReducerOptionsT()
    return graph.operation("MEAN", [feature_map, axes], POOLED, (features,), options)


def _answers(graph: Graph, pooled: int, head: _Head, softmax: bool) -> dict[str, int]:
    kernel, bias = (np.asarray(part, np.float32) for part in head)
    inputs = [
        pooled,
        graph.constant(HEAD_KERNEL, kernel.transpose()),  # (L, F)
        graph.constant(HEAD_BIAS, bias),
    ]
    options = schema.FullyConnectedOptionsT()
    logits = graph.operation("FULLY_CONNECTED", inputs, LOGITS, bias.shape, options)
    if not softmax:
        return {LOGITS: logits}
    shares = schema.SoftmaxOptionsT()
    shares.beta = 1.0
    probabilities = graph.operation("SOFTMAX", [logits], PROBABILITIES, bias.shape, shares)
    return {LOGITS: logits, PROBABILITIES: probabilities}


def _check(tensors: Tensors, conv: Convolution, received: int) -> None:
    """Refuse what LiteRT would read past its end, or NumPy would stretch to fit."""
    channels = conv.output_shape[2]
    expected: dict[str, tuple[int, ...]] = {
        f"{conv.normalization}/{weight}": (channels,) for weight in STATISTICS
    }
    side = 1 if conv.kind not in (DEPTHWISE, FULL) else 3
    shape = (side, side, received, 1 if conv.kind == DEPTHWISE else channels)
    expected[f"{conv.name}/kernel"] = shape
    for name, wanted in expected.items():
        if name not in tensors or tensors[name].shape != wanted:
            raise RunError(f"The numbers of {name} belong to another network. Train again.")


def _check_head(head: _Head, features: int) -> None:
    kernel, bias = head
    if kernel.ndim != 2 or kernel.shape != (features, len(bias)):
        raise RunError("The head's numbers belong to another network. Train again.")
