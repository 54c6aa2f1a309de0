"""The head: its shapes, its first numbers, and its way into a file and back."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import RunError
from pipeline.network.head import Head, num_outputs
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL


@pytest.mark.parametrize(("classes", "outputs"), [(2, 1), (3, 3), (1000, 1000)])
def test_two_classes_share_a_logit(classes: int, outputs: int) -> None:
    assert num_outputs(classes) == outputs
    head = Head.initial(40, classes, seed=3)
    assert (head.kernel.shape, head.bias.shape) == ((40, outputs), (outputs,))
    assert head.kernel.dtype == head.bias.dtype == np.float32
    assert np.abs(head.kernel).max() <= np.sqrt(6 / (40 + outputs))
    assert not head.bias.any()


def test_logits_by_hand() -> None:
    head = Head(np.array([[1, 0], [2, -1]], np.float32), np.array([0.5, 0], np.float32))
    assert head.logits(np.array([[3.0, 1.0], [0.0, 0.0]])).tolist() == [[5.5, -1.0], [0.5, 0.0]]


def test_it_comes_back_from_its_tensors_as_a_copy() -> None:
    head = Head.initial(8, 3, seed=0)
    again = Head.from_tensors(head.tensors())
    np.testing.assert_array_equal(again.kernel, head.kernel)
    np.testing.assert_array_equal(again.bias, head.bias)
    again.kernel[0, 0] += 1
    assert again.kernel[0, 0] != head.kernel[0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {HEAD_KERNEL: np.zeros(8, np.float32)},
        {HEAD_BIAS: np.zeros(2, np.float32)},
        {HEAD_BIAS: np.zeros((3, 1), np.float32)},
        {},
    ],
    ids=["flat kernel", "another bias", "bias of two axes", "nothing"],
)
def test_numbers_without_a_head_are_refused(change: dict[str, np.ndarray]) -> None:
    whole = Head.initial(8, 3, seed=0).tensors()
    with pytest.raises(RunError, match="have no head"):
        Head.from_tensors({**whole, **change} if change else {})
