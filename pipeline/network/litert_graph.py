"""Writes LiteRT's files operation by operation, without a converter.

The format is a flatbuffer (the schema comes with LiteRT). The numbers are copied as they are,
in one piece each: their time is that of copying them.
"""

from __future__ import annotations

from typing import Any, Final

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

_IDENTIFIER: Final = b"TFL3"
_VERSION: Final = 3
_SIGNATURE: Final = "serving_default"
_ALIGNED_BYTES: Final = 16  # what the schema asks of the numbers; the generated code forgets it
_TYPES: Final = {
    "float32": schema.TensorType.FLOAT32,
    "int32": schema.TensorType.INT32,
    "int8": schema.TensorType.INT8,
}
_FRAME_BYTES: Final = 1 << 17  # of everything but the numbers; grows where it is too little


class Graph:
    """A network in the making: of float32 tensors, or of bytes that stand for them.

    Tensors go by number.
    """

    def __init__(self) -> None:
        self._tensors: list[Any] = []
        self._buffers: list[Any] = [schema.BufferT()]  # the first is empty by convention
        self._operators: list[Any] = []
        self._codes: dict[tuple[str, int], Any] = {}
        self._inputs: dict[str, int] = {}
        self._bytes = 0

    def input(self, name: str, shape: tuple[int, ...]) -> int:
        """What the network is given, one of it at a time or many.

        Args:
            name: What it is called by those who run the network.
            shape: Of one of it.
        """
        self._inputs[name] = self._tensor(name, (1, *shape), shared=False)
        return self._inputs[name]

    def constant(self, name: str, values: NDArray[Any]) -> int:
        """Numbers that are part of the network: float32, int32 or int8."""
        tensor = self._tensor(name, values.shape, shared=True)
        self._tensors[tensor].type = _TYPES[values.dtype.name]
        self._tensors[tensor].buffer = len(self._buffers)
        self._buffers.append(_Numbers(values))
        self._bytes += values.nbytes
        return tensor

    def stands_for(
        self, tensor: int, scale: NDArray[np.float32], zero: int = 0, axis: int = 0
    ) -> None:
        """Say which real numbers a tensor's whole ones stand for: `scale * (whole - zero)`.

        What is no constant becomes one of int8.

        Args:
            tensor: Which one.
            scale: `(1,)` for all of it, or `(channels,)`, one for each channel.
            zero: The whole number that stands for 0.
            axis: Where its channels are, if each has a scale.
        """
        meaning = schema.QuantizationParametersT()
        meaning.scale, meaning.quantizedDimension = scale.astype(np.float32), axis
        meaning.zeroPoint = np.full(len(scale), zero, np.int64)
        self._tensors[tensor].quantization = meaning
        if not self._tensors[tensor].buffer:
            self._tensors[tensor].type = schema.TensorType.INT8

    def operation(
        self,
        kind: str,
        inputs: list[int],
        name: str,
        shape: tuple[int, ...],
        options: Any,
        version: int = 1,
    ) -> int:
        """One operation.

        Args:
            kind: Its name among LiteRT's built-in operators.
            inputs: Tensors that it takes, in the operator's order.
            name: Of its result.
            shape: Of its result for one input.
            options: Its options, an object of the schema.
            version: Of the operator: those that know int8 are later ones.

        Returns:
            The tensor of its result.
        """
        result = self._tensor(name, (1, *shape), shared=False)
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(kind, version)
        operator.inputs, operator.outputs = inputs, [result]
        operator.builtinOptions = options
        options_name = type(options).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, options_name)
        self._operators.append(operator)
        return result

    def pack(self, outputs: dict[str, int]) -> bytes:
        """The file.

        Args:
            outputs: Tensors that the network gives, by the names that they go by.
        """
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = list(self._inputs.values()), list(outputs.values())
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = _SIGNATURE, 0
        signature.inputs = [_named(*entry) for entry in self._inputs.items()]
        signature.outputs = [_named(*entry) for entry in outputs.items()]
        model = schema.ModelT()
        model.version, model.subgraphs, model.signatureDefs = _VERSION, [graph], [signature]
        model.operatorCodes, model.buffers = list(self._codes.values()), self._buffers
        # Large enough at once: a builder that grows copies all that it has.
        builder = flatbuffers.Builder(self._bytes + _FRAME_BYTES)
        builder.Finish(model.Pack(builder), _IDENTIFIER)
        return bytes(builder.Output())

    def _tensor(self, name: str, shape: tuple[int, ...], shared: bool) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        tensor.type = schema.TensorType.FLOAT32
        if not shared:
            tensor.shapeSignature = [-1, *shape[1:]]  # any number of them
        self._tensors.append(tensor)
        return len(self._tensors) - 1

    def _code(self, kind: str, version: int) -> int:
        if (kind, version) not in self._codes:
            code = schema.OperatorCodeT()
            code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, kind)
            code.version = version
            self._codes[kind, version] = code
        return list(self._codes).index((kind, version))


class _Numbers:
    """A constant's numbers, written as one aligned piece; stands in for the schema's buffer."""

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values

    def Pack(self, builder: Any) -> int:  # noqa: N802 - what the generated code calls
        numbers = np.ascontiguousarray(self._values).reshape(-1).view(np.uint8)
        builder.Prep(_ALIGNED_BYTES, numbers.nbytes)
        data = builder.CreateNumpyVector(numbers)
        schema.BufferStart(builder)
        schema.BufferAddData(builder, data)
        buffer: int = schema.BufferEnd(builder)
        return buffer


def _named(name: str, tensor: int) -> Any:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name, tensor
    return entry
