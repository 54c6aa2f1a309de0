"""The network of an earlier run: copied with what it has seen, refused where it is another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import RunError, SettingError
from pipeline.network.started_from import Seen, StartedFrom, read_start, write_start
from pipeline.network.tensors import write_tensors

TENSORS = {"head/kernel": np.ones((4, 1), np.float32), "Conv1/kernel": np.zeros(9, np.float32)}
SEEN = Seen(frozenset({"b" * 64, "a" * 64}), True)


def test_it_is_copied_with_what_it_has_seen(tmp_path: Path) -> None:
    network, start = tmp_path / "network.safetensors", tmp_path / "start.safetensors"
    write_tensors(network, TENSORS)
    sha256 = write_start(start, network, SEEN)
    network.unlink()
    tensors, seen = read_start(start, sha256)
    assert seen == SEEN
    assert {name: values.tolist() for name, values in tensors.items()} == {
        name: values.tolist() for name, values in TENSORS.items()
    }


def test_its_checksum_tells_networks_apart_and_keeps_equal_ones_together(tmp_path: Path) -> None:
    network = tmp_path / "network.safetensors"
    write_tensors(network, TENSORS)
    first = write_start(tmp_path / "1", network, SEEN)
    again = write_start(tmp_path / "2", network, Seen({"a" * 64, "b" * 64}, True))
    assert first == again
    assert write_start(tmp_path / "3", network, Seen(frozenset(), True)) != first
    write_tensors(network, {**TENSORS, "Conv1/kernel": np.ones(9, np.float32)})
    assert write_start(tmp_path / "4", network, SEEN) != first


def test_another_file_is_refused(tmp_path: Path) -> None:
    network, start = tmp_path / "network.safetensors", tmp_path / "start.safetensors"
    write_tensors(network, TENSORS)
    write_start(start, network, SEEN)
    with pytest.raises(RunError, match="was changed"):
        read_start(start, "0" * 64)
    start.unlink()
    with pytest.raises(RunError, match="missing or damaged"):
        read_start(start, "0" * 64)


def test_a_row_comes_back_or_is_refused() -> None:
    start = StartedFrom("run-1", "First", "0" * 64, keeps_head=True, has_seen=False)
    assert StartedFrom.from_json(start.to_json()) == start
    assert StartedFrom.from_json(None) is None
    for told in ({"run": "run-1"}, [], 7):
        with pytest.raises(SettingError, match="started from"):
            StartedFrom.from_json(told)
