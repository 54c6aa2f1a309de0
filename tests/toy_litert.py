"""A network small enough to read, as a real LiteRT file made without TensorFlow.

It answers by the average colour of a photo: the more blue than red, the more of the second
class. Its feature map has the three colours as features, averaged over a 2 by 2 grid.
"""

from __future__ import annotations

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

SIDE_PX = 96


class _Graph:
    def __init__(self) -> None:
        self.tensors: list[schema.TensorT] = []
        self.buffers = [schema.BufferT()]  # the first one is empty by convention
        self.operators: list[schema.OperatorT] = []
        self.codes: list[schema.OperatorCodeT] = []

    def tensor(self, name: str, shape: tuple[int, ...], data: np.ndarray | None = None) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        tensor.type = schema.TensorType.FLOAT32
        if data is None:
            tensor.shapeSignature = [-1, *shape[1:]]
        else:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
            if data.dtype == np.int32:
                tensor.type = schema.TensorType.INT32
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def operator(self, kind: str, inputs: list[int], output: int, options: object) -> None:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, kind)
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        operator.builtinOptions = options
        name = type(options).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
        self.operators.append(operator)

    def pack(self, inputs: dict[str, int], outputs: dict[str, int]) -> bytes:
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = list(inputs.values()), list(outputs.values())
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = "serving_default", 0
        signature.inputs = [_named(*entry) for entry in inputs.items()]
        signature.outputs = [_named(*entry) for entry in outputs.items()]
        model = schema.ModelT()
        model.version, model.subgraphs, model.signatureDefs = 3, [graph], [signature]
        model.operatorCodes, model.buffers = self.codes, self.buffers
        builder = flatbuffers.Builder(4096)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _named(name: str, tensor: int) -> schema.TensorMapT:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name, tensor
    return entry


def colour_network(num_classes: int = 2, side_px: int = SIDE_PX, answer: str = "logits") -> bytes:
    """The file: "photos" `(n, S, S, 3)` to "logits" (or `answer`), "feature_map" and "pooled".

    With two classes the logit is (blue - red) / 10 of the average colour; with more, class
    0, 1, 2 answer with the amount of red, green and blue divided by 10, and others with 0.
    """
    if num_classes == 2:
        kernel = np.array([[-0.1, 0.0, 0.1]], np.float32)
    else:
        kernel = np.zeros((num_classes, 3), np.float32)
        kernel[range(3), range(3)] = 0.1
    graph = _Graph()
    photos = graph.tensor("photos", (1, side_px, side_px, 3))
    feature_map = graph.tensor("map", (1, 2, 2, 3))
    pooled = graph.tensor("pooled", (1, 3))
    logits = graph.tensor("logits", (1, len(kernel)))
    pooling = schema.Pool2DOptionsT()
    pooling.filterHeight = pooling.filterWidth = side_px // 2
    pooling.strideH = pooling.strideW = side_px // 2
    pooling.padding = schema.Padding.VALID
    graph.operator("AVERAGE_POOL_2D", [photos], feature_map, pooling)
    axes = graph.tensor("axes", (2,), np.array([1, 2], np.int32))
    graph.operator("MEAN", [feature_map, axes], pooled, schema.ReducerOptionsT())
    weights = graph.tensor("kernel", kernel.shape, kernel)
    offset = graph.tensor("offset", (len(kernel),), np.zeros(len(kernel), np.float32))
    dense = schema.FullyConnectedOptionsT()
    graph.operator("FULLY_CONNECTED", [pooled, weights, offset], logits, dense)
    outputs = {answer: logits, "feature_map": feature_map, "pooled": pooled}
    return graph.pack({"photos": photos}, outputs)
