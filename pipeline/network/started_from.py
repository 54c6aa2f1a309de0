"""The network of an earlier run, as the start of another: what is kept of it, and what it has seen.

The file belongs to the run that starts from it, so that the earlier one may go on or be deleted.
"""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from pipeline.errors import RunError, SettingError
from pipeline.files.atomic import sha256_of
from pipeline.network.tensors import Tensors, read_tensors, write_tensors

STARTED_FROM_FILE: Final = "started_from.safetensors"
_SEEN: Final = "seen"  # the fact in the file: who has learned from which photos


@dataclass(frozen=True, slots=True)
class StartedFrom:
    """Which network a run started from.

    Attributes:
        run: Id of the earlier run, which may be gone.
        name: What it was called then.
        sha256: Checksum of `STARTED_FROM_FILE`.
        keeps_head: Whether the classes are the same, so that its head is taken over, too.
        has_seen: Whether its backbone was fine-tuned on photos of the new run's set: then those
            cannot judge, in turns, what it makes of them.
    """

    run: str
    name: str
    sha256: str
    keeps_head: bool
    has_seen: bool

    @classmethod
    def from_json(cls, told: Any) -> Self | None:
        """What `to_json` gave; None for None.

        Raises:
            SettingError: If it is something else.
        """
        if told is None:
            return None
        try:
            found = cls(**told)
        except TypeError as error:
            raise SettingError(f"The network that it started from is not known: {told}.") from error
        return found

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a network has learned from.

    Attributes:
        photos: SHA-256 of each photo that it, or one that it started from, learned from.
        tuned: Whether its backbone was fine-tuned on the way.
    """

    photos: Set[str]
    tuned: bool


def write_start(path: Path, network: Path, seen: Seen) -> str:
    """Copy a run's finished network, with what it has seen.

    Args:
        path: The file to write.
        network: The network's numbers, see `NETWORK_FILE`.
        seen: What it learned from.

    Returns:
        Checksum of the file: the same for the same network that has seen the same.

    Raises:
        RunError: If the network is missing or damaged.
    """
    tensors, _ = read_tensors(network)
    facts = {"photos": sorted(seen.photos), "tuned": seen.tuned}
    write_tensors(path, tensors, {_SEEN: json.dumps(facts)})
    return sha256_of(path)


def read_start(path: Path, sha256: str) -> tuple[Tensors, Seen]:
    """The numbers of backbone and head, and what they have seen.

    Raises:
        RunError: If the file is missing, damaged or another one.
    """
    tensors, facts = read_tensors(path)
    if sha256_of(path) != sha256:
        raise RunError(
            "The network that this run starts from was changed. Start it anew from the earlier run."
        )
    told = json.loads(facts[_SEEN])
    return tensors, Seen(frozenset(told["photos"]), bool(told["tuned"]))
