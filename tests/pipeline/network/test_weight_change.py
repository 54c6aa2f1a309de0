"""How far a backbone moved is what NumPy says of weights that were changed on purpose."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from pipeline.network import weight_change
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.network.weight_change import Moved
from tests.random_network import random_tensors

ALPHA = 0.35


def changed(tensors: dict[str, Any], name: str, values: np.ndarray) -> dict[str, Any]:
    return tensors | {name: values.astype(np.float32)}


def by_block(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Moved]:
    return {one.block: one for one in weight_change.measure(before, after, ALPHA)}


def test_nothing_moved_is_nothing() -> None:
    tensors = random_tensors(ALPHA)
    found = weight_change.measure(tensors, dict(tensors), ALPHA)
    assert [one.block for one in found] == [
        "stem",
        *(f"block {number}" for number in range(1, 17)),
        "top",
    ]
    assert {(one.changed, one.distance, one.share) for one in found} == {(0, 0.0, 0.0)}


def test_every_convolution_counts_once() -> None:
    tensors = random_tensors(ALPHA)
    kernels = sum(one.size for name, one in tensors.items() if name.endswith("/kernel"))
    assert sum(one.weights for one in weight_change.measure(tensors, tensors, ALPHA)) == kernels
    layers = [layer for layer in backbone_layers(ALPHA, 96) if layer.kind.endswith("Conv2D")]
    assert kernels == sum(layer.parameters for layer in layers)


def test_share_and_distance_are_those_of_the_whole_block() -> None:
    before = random_tensors(ALPHA)
    rng = np.random.default_rng(1)
    name = "block_12_project/kernel"
    some = rng.random(before[name].shape) < 0.25
    after = changed(before, name, before[name] + some * rng.normal(0, 0.01, some.shape))
    found = by_block(before, after)["block 12"]
    inside = [f"block_12_{part}/kernel" for part in ("expand", "depthwise", "project")]
    was = np.concatenate([before[one].ravel() for one in inside]).astype(np.float64)
    is_now = np.concatenate([after[one].ravel() for one in inside]).astype(np.float64)
    assert found.weights == len(was)
    assert found.changed == int(some.sum())
    assert found.share == pytest.approx(some.sum() / len(was))
    assert found.distance == pytest.approx(
        np.linalg.norm(is_now - was) / np.linalg.norm(was), rel=1e-9
    )
    others = [one for block, one in by_block(before, after).items() if block != "block 12"]
    assert not any(one.changed or one.distance for one in others)


def test_rounding_is_no_change() -> None:
    before = random_tensors(ALPHA)
    name = "Conv1/kernel"
    after = changed(before, name, np.nextafter(before[name], np.float32(9), dtype=np.float32))
    assert by_block(before, after)["stem"].changed == 0
    twice = np.nextafter(after[name], np.float32(9), dtype=np.float32)
    found = by_block(before, changed(before, name, twice))["stem"]
    assert found.changed == before[name].size


def test_batch_normalization_does_not_count() -> None:
    before = random_tensors(ALPHA)
    after = changed(before, "bn_Conv1/moving_variance", before["bn_Conv1/moving_variance"] * 3)
    assert by_block(before, after)["stem"].distance == 0


def test_it_goes_through_the_database_and_back() -> None:
    before = random_tensors(ALPHA)
    after = changed(before, "Conv_1/kernel", before["Conv_1/kernel"] * 1.01)
    found = weight_change.measure(before, after, ALPHA)
    assert weight_change.from_json(json.loads(json.dumps(weight_change.to_json(found)))) == found
    assert found[-1].distance == pytest.approx(0.01, rel=1e-4)
    assert weight_change.from_json(None) == ()


WHOLE = {"block": "stem", "weights": 10, "changed": 3, "distance": 0.1}


@pytest.mark.parametrize(
    "told",
    [
        7,
        "moved",
        [7],
        [{"block": "stem"}],
        [WHOLE | {"changed": 11}],
        [WHOLE | {"changed": True}],
        [WHOLE | {"weights": 0, "changed": 0}],
        [WHOLE | {"distance": float("nan")}],
        [WHOLE | {"distance": -0.1}],
        [WHOLE | {"distance": "far"}],
        [WHOLE | {"distance": float("inf")}],
        [WHOLE | {"distance": 10**400}],
        [WHOLE | {"distance": 1e308}],  # in percent, it would be infinite
        [WHOLE | {"distance": True}],
        [WHOLE | {"weights": 10**400}],
        [WHOLE | {"weights": 10**400, "changed": 10**400}],
        [WHOLE | {"block": 3}],
        [WHOLE | {"block": ["stem"]}],
        [WHOLE | {"block": "block 17"}],
        [WHOLE | {"block": "![x](https://evil.example/p.png)"}],
        [WHOLE, WHOLE],
        [WHOLE | {"more": 3}],
        [WHOLE | {"changed": 3.0}],
        [WHOLE | {"distance": None}],
        [WHOLE, None],
        False,
        0,
        "",
        {},
    ],
)
def test_damaged_numbers_are_refused_and_hide_no_run(told: Any) -> None:
    with pytest.raises(ValueError):
        weight_change.from_json(told)
    assert weight_change.known(told) == ()
    assert weight_change.known([WHOLE]) == (Moved("stem", 10, 3, 0.1),)
