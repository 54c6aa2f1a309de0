"""What goes through the pipes of a helper process: questions, answers, and what went wrong.

Each message is its length and that many bytes of MessagePack. An answer is read as the dataclass
that its function promises, field by field; nothing in it is ever executed.
"""

from __future__ import annotations

import importlib
import struct
import typing
from dataclasses import dataclass
from typing import IO, Any, Final

import msgspec
import numpy as np

from pipeline.errors import PawTuneError
from pipeline.settings.train_config import TrainConfig

REPLACED: Final = "Newer settings were asked about."
_LENGTH: Final = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of kept features.

    Attributes:
        kind: One of `ANSWERS`.
        photo_set_id: The photos.
        config: The settings, as `TrainConfig.to_json` gives them.
        more: What else the question says: texts and numbers.
    """

    kind: str
    photo_set_id: str
    config: dict[str, Any]
    more: dict[str, Any]

    @property
    def settings(self) -> TrainConfig:
        """The settings."""
        return TrainConfig.from_json(self.config)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to a helper; without a question, the one of this number is not wanted any more."""

    number: int
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message from a helper.

    Attributes:
        number: Of the question.
        answer: What `packed` gave; None where it could not be answered.
        error: Name of the error's class; "" for a bug.
        sentence: What the error says.
    """

    number: int
    answer: bytes | None = None
    error: str = ""
    sentence: str = ""


def packed(value: Any) -> bytes:
    """A dataclass of numbers, texts, arrays and other dataclasses, as bytes."""
    return msgspec.msgpack.encode(value, enc_hook=_array_out)


def unpacked(data: bytes, kind: Any) -> Any:
    """What `packed` was given; arrays are read-only.

    Raises:
        msgspec.ValidationError: If it is no `kind`.
    """
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_array_in)


def _array_out(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"No answer has such a part. Received: {type(value)}.")
    return value.dtype.str, value.shape, np.ascontiguousarray(value).data.cast("B").tobytes()


def _array_in(kind: Any, value: Any) -> Any:
    if typing.get_origin(kind) is not np.ndarray:
        raise NotImplementedError(f"No answer has such a part. Received: {kind}.")
    dtype, shape, data = value
    return np.frombuffer(data, dtype).reshape(shape)


def promised(function: str) -> tuple[Any, Any]:
    """A function named "module:function", and what its annotation says that it gives."""
    module, _, name = function.partition(":")
    found = getattr(importlib.import_module(module), name)
    return found, typing.get_type_hints(found)["return"]


def send(stream: IO[bytes], message: Asked | Said) -> None:
    """Write a message.

    Raises:
        OSError: If nobody reads any more.
    """
    data = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes], kind: Any) -> Any:
    """The next message, an `Asked` or a `Said`.

    Raises:
        EOFError: If the other end is gone.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return msgspec.msgpack.decode(_exactly(stream, length), type=kind)


def error_of(said: Said) -> Exception:
    """The error that a helper met."""
    if not said.error:
        return RuntimeError(said.sentence)
    kinds: list[type[PawTuneError]] = [PawTuneError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    known = {kind.__name__: kind for kind in kinds}.get(said.error, PawTuneError)
    return known.__new__(known, said.sentence)


def _exactly(stream: IO[bytes], num_bytes: int) -> bytes:
    data = stream.read(num_bytes)
    if len(data) < num_bytes:
        raise EOFError("The other end of the pipe is gone.")
    return data
