from __future__ import annotations

import pytest

from pipeline.api.gate import Gate
from pipeline.api.refused import Refused


def test_so_many_requests_at_once() -> None:
    gate = Gate(2, 100)
    with gate.place(), gate.place(), pytest.raises(Refused) as refused, gate.place():
        pass
    assert refused.value.status == 503
    assert refused.value.headers["Retry-After"] == "1"
    assert gate.requests == 0


def test_so_many_bytes_of_all_together() -> None:
    gate = Gate(2, 100)
    with gate.place() as first:
        first.take(60)
        with gate.place() as second, pytest.raises(Refused):
            second.take(40)
            second.take(1)
        assert gate.bytes == 60, "what the second had is free again"
        first.take(40)
    assert (gate.requests, gate.bytes) == (0, 0)


def test_a_request_that_fails_gives_its_place_back() -> None:
    gate = Gate(1, 100)
    with pytest.raises(ValueError), gate.place() as place:
        place.take(50)
        raise ValueError("a bug")
    assert (gate.requests, gate.bytes) == (0, 0)
