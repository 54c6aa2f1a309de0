"""Work that is done ahead, in order, by several threads."""

from __future__ import annotations

import pytest

from pipeline.errors import PhotoError
from pipeline.parallel import made_ahead


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_order_and_few_wait(threads: int) -> None:
    begun: list[int] = []
    used: list[int] = []

    def make(item: int) -> int:
        begun.append(item)
        return item

    for result in made_ahead(make, range(50), threads):
        used.append(result)
        assert len(begun) <= len(used) + 2 * threads
    assert used == list(range(50))


def test_an_error_comes_where_its_result_would_have() -> None:
    def make(item: int) -> int:
        if item == 3:
            raise PhotoError("3", "Bad.")
        return item

    results = made_ahead(make, range(50), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(PhotoError):
        next(results)


def test_leaving_early_drops_the_rest() -> None:
    begun: list[int] = []
    results = made_ahead(lambda item: begun.append(item), range(1000), 2)
    next(results)
    results.close()
    assert len(begun) <= 6
