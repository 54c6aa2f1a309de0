"""Numbers of a network: read from Keras's files, kept in ours, refused where they do not fit."""

from __future__ import annotations

import errno
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors import SafetensorError

from pipeline.errors import RunError
from pipeline.network.imagenet_weights import weights_file
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.network.tensors import TOP, read_published, read_tensors, write_tensors
from pipeline.progress import silent
from tests.random_network import random_tensors


def test_tensors_and_facts_come_back_bit_by_bit(tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    tensors = random_tensors(0.35)
    write_tensors(path, tensors, {"phase": "one"})
    again, facts = read_tensors(path)
    assert facts == {"phase": "one"}
    assert set(again) == set(tensors)
    for name, values in tensors.items():
        assert again[name].tobytes() == values.tobytes()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("damage", ["cut", "empty", "missing"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kept.safetensors"
    write_tensors(path, {"head/kernel": np.ones((100, 1), np.float32)})
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: 200 if damage == "cut" else 0])
    with pytest.raises(RunError, match=r"kept\.safetensors .* Train the run again\."):
        read_tensors(path)


def test_the_published_file_is_read_whole(imagenet: Path) -> None:
    path = weights_file(1.0, 160, include_top=False, report=silent)
    tensors = read_published(path, 1.0)
    assert sum(tensor.size for tensor in tensors.values()) == 2_257_984
    assert len(tensors) == 260
    assert tensors["Conv1/kernel"].shape == (3, 3, 3, 32)
    assert tensors["block_3_depthwise/kernel"].shape == (3, 3, 144, 1)
    assert (tensors["Conv_1_bn/moving_variance"] > 0).all()


def test_the_top_comes_when_asked_for(imagenet: Path) -> None:
    path = weights_file(1.0, 224, include_top=True, report=silent)
    tensors = read_published(path, 1.0, with_top=True)
    assert tensors[f"{TOP}/kernel"].shape == (1280, 1000)
    assert tensors[f"{TOP}/bias"].shape == (1000,)
    assert f"{TOP}/kernel" not in read_published(path, 1.0)


@pytest.mark.slow
def test_they_are_the_numbers_that_keras_reads(imagenet: Path) -> None:
    import keras

    path = weights_file(1.0, 160, include_top=False, report=silent)
    tensors = read_published(path, 1.0)
    backbone = keras.applications.MobileNetV2((160, 160, 3), include_top=False, weights=path)
    compared = 0
    for layer in backbone.layers:
        for weight in layer.weights:
            expected = np.asarray(weight)
            np.testing.assert_array_equal(tensors[f"{layer.name}/{weight.name}"], expected)
            compared += 1
    assert compared == len(tensors)


def test_a_file_of_another_width_is_refused(imagenet: Path) -> None:
    path = weights_file(1.0, 160, include_top=False, report=silent)
    with pytest.raises(RunError, match=r"does not fit\. Delete it and retry\."):
        read_published(path, 0.35)


def test_a_file_without_a_layer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("Conv1")
        group.create_dataset("Conv1/kernel:0", data=np.zeros((3, 3, 3, 32), np.float32))
        group.attrs["weight_names"] = [b"Conv1/kernel:0"]
    with pytest.raises(RunError, match="does not fit"):
        read_published(path, 1.0)
    path.write_bytes(b"no HDF5")
    with pytest.raises(RunError, match="does not fit"):
        read_published(path, 1.0)


def test_every_layer_with_numbers_is_known() -> None:
    """The names that the folding looks for are those of the table."""
    named = {name.partition("/")[0] for name in random_tensors(0.5)}
    assert named == {layer.name for layer in backbone_layers(0.5, 96) if layer.parameters}


def test_a_full_disk_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    def full(*_: object, **__: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("pipeline.network.tensors.save_file", full)
    with pytest.raises(OSError) as found:
        write_tensors(tmp_path / "a.safetensors", {"a": np.zeros(3, np.float32)})
    assert found.value.errno == errno.ENOSPC
    assert [*tmp_path.iterdir()] == []
