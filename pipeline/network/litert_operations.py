"""Reads what `litert_graph` writes: the operations of a network, in their order, by names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

_KINDS: Final = {
    number: kind for kind, number in vars(schema.BuiltinOperator).items() if kind.isupper()
}
_TYPES: Final = {schema.TensorType.FLOAT32: np.float32, schema.TensorType.INT32: np.int32}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        kind: Its name among LiteRT's built-in operators.
        inputs: Names of what it takes.
        result: Name of what it gives.
        shape: Of its result for one photo.
        options: Its options, an object of the schema.
    """

    kind: str
    inputs: tuple[str, ...]
    result: str
    shape: tuple[int, ...]
    options: Any


@dataclass(frozen=True, slots=True)
class Operations:
    """A network of float32.

    Attributes:
        steps: In the order in which they are done.
        constants: Its numbers, by name.
        outputs: The result that each output gives, by the output's name.
    """

    steps: tuple[Operation, ...]
    constants: dict[str, NDArray[Any]]
    outputs: dict[str, str]


def operations(content: bytes) -> Operations:
    """Read a file that our own code made, and whose checksum was verified."""
    model = schema.ModelT.InitFromPackedBuf(content)
    (graph,), (signature,) = model.subgraphs, model.signatureDefs
    names = [tensor.name.decode() for tensor in graph.tensors]
    constants = {}
    for name, tensor in zip(names, graph.tensors, strict=True):
        data = model.buffers[tensor.buffer].data
        if data is not None and tensor.type in _TYPES:
            constants[name] = data.view(_TYPES[tensor.type]).reshape(tensor.shape)
    steps = tuple(
        Operation(
            _KINDS[model.operatorCodes[operator.opcodeIndex].builtinCode],
            tuple(names[place] for place in operator.inputs),
            names[operator.outputs[0]],
            tuple(graph.tensors[operator.outputs[0]].shape[1:].tolist()),
            operator.builtinOptions,
        )
        for operator in graph.operators
    )
    return Operations(
        steps, constants, {one.name.decode(): names[one.tensorIndex] for one in signature.outputs}
    )
