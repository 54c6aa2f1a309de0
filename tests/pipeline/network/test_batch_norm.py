"""Normalization folded into a kernel does what it did."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.network.batch_norm import fold, scale_and_shift
from pipeline.network.convolutions import DEPTHWISE, convolutions
from tests.random_network import random_tensors


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_folded_kernel_does_what_normalization_did(position: int) -> None:
    tensors, conv = random_tensors(0.35), convolutions(0.35, 96)[position]
    gamma, beta, mean, variance = (
        tensors[f"{conv.normalization}/{name}"]
        for name in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale, shift = scale_and_shift(tensors, conv)
    values = np.random.default_rng(0).normal(size=(5, len(gamma))).astype(np.float32)
    expected = gamma * (values - mean) / np.sqrt(variance + 1e-3) + beta
    np.testing.assert_allclose(values * scale + shift, expected, rtol=1e-4, atol=1e-5)

    kernel, offset = fold(tensors, conv)
    np.testing.assert_array_equal(offset, shift)
    raw = tensors[f"{conv.name}/kernel"]
    assert kernel.shape == raw.shape
    for channel in range(len(scale)):
        where = (..., channel, 0) if conv.kind == DEPTHWISE else (..., channel)
        np.testing.assert_allclose(kernel[where], raw[where] * scale[channel], rtol=1e-6)
