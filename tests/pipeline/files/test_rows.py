"""Rows of several arrays, read as one."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.files.npy import take
from pipeline.files.rows import Rows

FIRST, SECOND = np.arange(20).reshape(10, 2), 100 + np.arange(6).reshape(3, 2)
PLACES = np.array([(0, 7), (1, 0), (0, 2), (1, 2), (0, 7)])


@pytest.fixture
def rows() -> Rows[np.int64]:
    return Rows([FIRST, SECOND], PLACES[:, 0], PLACES[:, 1])


def test_rows_come_from_where_they_lie(rows: Rows[np.int64]) -> None:
    expected = np.array([[14, 15], [100, 101], [4, 5], [104, 105], [14, 15]])
    assert (rows.shape, rows.dtype, len(rows)) == ((5, 2), np.int64, 5)
    np.testing.assert_array_equal(rows, expected)
    for taken in (rows.take(np.array([3, 0, 3])), take(rows, np.array([3, 0, 3]))):
        np.testing.assert_array_equal(taken, expected[[3, 0, 3]])
    np.testing.assert_array_equal(rows[1], expected[1])
    assert not rows.whole().flags.writeable


def test_what_lies_in_one_piece_is_not_copied() -> None:
    nothing = np.zeros(4, np.int64)
    piece = Rows([FIRST], nothing, np.arange(3, 7)).whole()
    assert np.shares_memory(piece, FIRST)
    np.testing.assert_array_equal(piece, FIRST[3:7])
    for mixed in ([3, 5, 4, 6], [3, 3, 4, 5]):
        whole = Rows([FIRST], nothing, np.array(mixed)).whole()
        assert not np.shares_memory(whole, FIRST)
        np.testing.assert_array_equal(whole, FIRST[mixed])


def test_no_rows_keep_their_shape() -> None:
    empty = Rows([np.empty((0, 3, 4), np.float16)], np.empty(0, np.int64), np.empty(0, np.int64))
    assert empty.whole().shape == empty.take(np.empty(0, np.int64)).shape == (0, 3, 4)
