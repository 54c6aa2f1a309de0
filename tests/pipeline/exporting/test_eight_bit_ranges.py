"""Between which numbers the steps of a network lie."""

from __future__ import annotations

import pytest

from pipeline.errors import Stopped
from pipeline.exporting.eight_bit_ranges import ranges
from pipeline.network.litert_runner import POOLED, LitertNetwork
from tests.pipeline.exporting.test_eight_bit import fitted, network, photos


def test_ranges_are_those_of_the_steps_and_hold_zero() -> None:
    content = network()
    read, found = fitted(content)
    pooled = LitertNetwork(content).run(photos(12), [POOLED])[0]
    assert found[POOLED] == pytest.approx((0, pooled.max()), rel=1e-4)
    assert all(low <= 0 <= high for low, high in found.values())
    assert set(found) == {step.result for step in read.steps}


def test_stop_is_heard_while_ranges_are_measured() -> None:
    def stop(*_: object) -> None:
        raise Stopped("Stopped.")

    content = network()
    with pytest.raises(Stopped):
        ranges(content, [POOLED], photos(2), stop)
