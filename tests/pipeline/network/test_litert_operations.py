"""Reading back what was written: every step, in its order, with its numbers."""

from __future__ import annotations

import numpy as np

from pipeline.network.convolutions import convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_operations import operations
from pipeline.network.litert_runner import LitertNetwork
from tests.random_network import random_tensors


def test_every_step_and_number_is_read() -> None:
    head = (np.ones((1280, 2), np.float32), np.array([3.0, 4.0], np.float32))
    content = litert_file(random_tensors(0.35), 0.35, 96, head=head)
    network = operations(content)
    every = convolutions(0.35, 96)
    named = {step.result: step for step in network.steps}
    assert [one.name for one in every] == [
        name for name in named if name in {c.name for c in every}
    ]
    assert named[every[0].name].shape == every[0].output_shape
    assert network.steps[0].kind == "SUB" and network.steps[-1].kind == "FULLY_CONNECTED"
    assert sum(step.kind == "ADD" for step in network.steps) == 10
    assert network.outputs == {"logits": "logits", "pooled": "pooled"}
    kernel = f"{every[5].name}/kernel"
    assert np.array_equal(network.constants[kernel], LitertNetwork(content).constant(kernel))
    assert network.constants["axes"].tolist() == [1, 2]
