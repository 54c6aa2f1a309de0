"""A network in whole numbers of 8 bits: what it answers, what it takes, what it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from pipeline.errors import RunError
from pipeline.exporting import eight_bit, eight_bit_network
from pipeline.exporting.eight_bit_ranges import ranges
from pipeline.network.convolutions import convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_operations import Operations, operations
from pipeline.network.litert_runner import FEATURE_MAP, LOGITS, POOLED, LitertNetwork
from pipeline.network.mobilenet_v2 import num_features
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL
from pipeline.network.tensors import Tensors
from pipeline.progress import silent
from tests.random_network import random_tensors
from tests.toy_litert import colour_network

ALPHA, SIDE = 0.35, 96
FIRST = convolutions(ALPHA, SIDE)[0]


def photos(number: int, seed: int = 0) -> np.ndarray:
    """Soft blobs of colour, `(N, S, S, 3)` uint8."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 256, (number, 6, 6, 3), np.uint8)
    return cells.repeat(SIDE // 6, axis=1).repeat(SIDE // 6, axis=2)


def network(tensors: Tensors | None = None, logits: int = 3) -> bytes:
    rng = np.random.default_rng(1)
    kernel = rng.normal(0, 0.2, (num_features(ALPHA), logits)).astype(np.float32)
    head = (kernel, rng.normal(0, 1, logits).astype(np.float32))
    return litert_file(tensors or random_tensors(ALPHA), ALPHA, SIDE, feature_map=True, head=head)


def fitted(content: bytes) -> tuple[Operations, Any]:
    read = operations(content)
    return read, ranges(content, [step.result for step in read.steps], photos(12), silent)


def kinds(content: bytes) -> list[tuple[str, str]]:
    """Name and kind of numbers of all that is computed or kept."""
    interpreter = Interpreter(model_content=content)
    return [(one["name"], one["dtype"].__name__) for one in interpreter.get_tensor_details()]


@pytest.mark.parametrize("logits", [1, 3])
def test_it_answers_nearly_as_before(logits: int) -> None:
    before = network(logits=logits)
    after = eight_bit.with_float_edges(*fitted(before))
    assert len(after) < len(before) / 2.5
    asked = photos(40, seed=7)
    was, now = (
        LitertNetwork(one).run(asked, [LOGITS, POOLED, FEATURE_MAP]) for one in (before, after)
    )
    for outputs in (1, 2):
        assert was[outputs].shape == now[outputs].shape
        assert np.corrcoef(was[outputs].ravel(), now[outputs].ravel())[0, 1] > 0.998
    # The head is the one before, to the last digit.
    kernel, bias = (LitertNetwork(after).constant(name) for name in (HEAD_KERNEL, HEAD_BIAS))
    assert np.allclose(now[0], now[1] @ kernel.T + bias, atol=1e-3)
    assert np.array_equal(kernel, LitertNetwork(before).constant(HEAD_KERNEL))


@pytest.mark.parametrize("logits", [1, 3])
def test_logits_in_whole_numbers_have_the_range_that_photos_showed(logits: int) -> None:
    """Also the one of two classes, of which each photo has but one."""
    content = network(logits=logits)
    read, found = fitted(content)
    said = LitertNetwork(content).run(photos(12), [LOGITS])[0]
    assert found[LOGITS] == pytest.approx((min(0, said.min()), max(0, said.max())), rel=1e-3)
    (given,) = Interpreter(
        model_content=eight_bit.with_whole_edges(read, found)
    ).get_output_details()
    scale, zero = given["quantization"]
    assert scale * (-128 - zero) == pytest.approx(found[LOGITS][0], abs=scale)
    assert scale * (127 - zero) == pytest.approx(found[LOGITS][1], abs=scale)


def test_photos_are_not_rounded_on_the_way_in() -> None:
    """Each of the 256 levels has a whole number of its own."""
    read, found = fitted(network())
    content = eight_bit.with_float_edges(read, found)
    interpreter = Interpreter(model_content=content)
    details = {one["name"]: one for one in interpreter.get_tensor_details()}
    scale, zero = details["centred"]["quantization"]
    assert (scale, zero) == (1.0, 0)


def test_what_computes_with_whole_numbers_alone_needs_no_others() -> None:
    read, found = fitted(network())
    whole = eight_bit.with_whole_edges(read, found)
    assert {kind for _, kind in kinds(whole)} == {"int8", "int32"}
    interpreter = Interpreter(model_content=whole)
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert taken["dtype"] is np.int8 and taken["quantization"] == (1.0, 0)
    assert given["dtype"] is np.int8
    asked = photos(20, seed=9)
    edged = LitertNetwork(eight_bit.with_float_edges(read, found)).run(asked, [LOGITS])[0]
    found_now = eight_bit_network.asked_in_whole_numbers(whole)(asked)
    lowest, highest = found["logits"]
    step = (highest - lowest) / 255
    inside = (edged > lowest) & (edged < highest)
    assert inside.mean() > 0.5
    assert np.abs(found_now - edged)[inside].max() < 4 * step


def test_a_nearly_dead_channel_keeps_the_sign_of_its_bias() -> None:
    """Beside weights of nothing its bias would not fit into 32 bits, and turn around."""
    tensors = random_tensors(ALPHA)
    dead = f"{FIRST.name}/kernel"
    tensors[dead] = tensors[dead].copy()
    tensors[dead][..., 0] *= 1e-12
    tensors[dead][..., 1] = 0
    before = network(tensors)
    after = eight_bit.with_float_edges(*fitted(before))
    bias = f"{FIRST.name}/bias"
    read = {one["name"]: one for one in Interpreter(model_content=after).get_tensor_details()}
    scales = read[bias]["quantization_parameters"]["scales"]
    whole = _int32(after, bias)
    assert np.allclose((whole * scales)[:2], LitertNetwork(before).constant(bias)[:2], atol=1e-3)
    asked = photos(20, seed=3)
    was, now = (LitertNetwork(one).run(asked, [LOGITS])[0] for one in (before, after))
    assert np.corrcoef(was.ravel(), now.ravel())[0, 1] > 0.98


def _int32(content: bytes, name: str) -> np.ndarray:
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    place = next(one for one in interpreter.get_tensor_details() if one["name"] == name)
    return np.array(interpreter.get_tensor(place["index"]), np.float64)


def test_the_same_photos_give_the_same_bytes() -> None:
    first, second = (eight_bit.with_float_edges(*fitted(network())) for _ in range(2))
    assert first == second


def test_another_kind_of_network_is_refused() -> None:
    with pytest.raises(RunError, match="8 bits"):
        eight_bit.with_float_edges(operations(colour_network()), {})
