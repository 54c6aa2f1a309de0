"""Chains that are cut: windows, cliques, stars; every part is dense."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.dense_parts import LEAST_ALIKE, dense_parts


def parts(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    return dense_parts(count, [np.array(pairs, np.int64).reshape(-1, 2)]).tolist()


def clique(first: int, last: int) -> list[tuple[int, int]]:
    return list(itertools.combinations(range(first, last), 2))


def test_a_clique_is_one_part() -> None:
    assert parts(30, clique(0, 30)) == [0] * 30


def test_cliques_come_apart_where_one_link_joins_them() -> None:
    pairs = [*clique(0, 9), *clique(9, 17), (4, 12)]
    assert parts(18, pairs) == [0] * 9 + [9] * 8 + [17]


def test_a_star_is_no_part() -> None:
    together = parts(6, [(0, other) for other in range(1, 6)])
    assert sorted(np.bincount(together)[together].tolist()) == [1, 1, 1, 3, 3, 3]


@pytest.mark.parametrize("reach", [1, 5, 20])
def test_a_wandering_view_is_cut_into_windows(reach: int) -> None:
    count = 2500  # more than are looked at in one go
    near = [(one, one + step) for step in range(1, reach + 1) for one in range(count - step)]
    together = np.array(parts(count, near))
    for part in set(together):
        members = np.flatnonzero(together == part)
        assert np.array_equal(members, np.arange(members[0], members[-1] + 1))
    assert len(set(together)) <= 2 * count / (reach + 1)


@given(
    st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)).filter(lambda one: one[0] < one[1]))
)
def test_in_a_part_each_is_like_half_of_the_others(pairs: set[tuple[int, int]]) -> None:
    together = np.array(parts(20, sorted(pairs)))
    alike = np.zeros((20, 20), np.bool_)
    for one, other in pairs:
        alike[one, other] = alike[other, one] = True
    for part in set(together):
        members = np.flatnonzero(together == part)
        assert part == members.min()
        likes = alike[np.ix_(members, members)].sum(axis=1)
        assert (likes >= LEAST_ALIKE * (len(members) - 1)).all()
    # No two that are alike are both left alone.
    alone = [index for index in range(20) if (together == together[index]).sum() == 1]
    assert not alike[np.ix_(alone, alone)].any()


def test_no_photos_have_no_parts() -> None:
    assert parts(0, []) == []
