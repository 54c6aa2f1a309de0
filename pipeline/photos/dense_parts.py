"""A chain of photos, where each resembles the next but not the last, cut into dense parts.

The photo that is like most others is the heart of the first part: of those that it is like, the
ones that are like fewest of the rest leave, one by one, until each of those that stay is like at
least half of them. What is left over is cut in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST_ALIKE: Final = 0.5  # of a part's other photos, what each is like at least
_BLOCK: Final = 1024  # photos that are looked at in one go


def dense_parts(count: int, pairs: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Cut photos into parts in which most are alike in pairs.

    It takes `count * count / 8` bytes of memory, whatever the number of pairs.

    Args:
        count: How many photos there are.
        pairs: `(P, 2)` indices in [0, count) of photos that are alike, each pair once.

    Returns:
        `(count,)` int64 part of each photo: the smallest index among its members.
    """
    alike = _Alike(count, pairs)
    part = np.arange(count)
    left = alike.likes(part)
    while left.max(initial=0) > 0:
        heart = int(left.argmax())
        chosen = _agreeing(alike, np.flatnonzero(alike.rows([heart])[0] & (left >= 0)), heart)
        part[chosen] = chosen.min()
        left -= alike.likes(chosen)
        left[chosen] = -count - 1  # taken, whatever is taken off later
    return part


def _agreeing(alike: _Alike, candidates: NDArray[np.int64], heart: int) -> NDArray[np.int64]:
    """Those of the candidates that are like enough of one another, the heart among them."""
    chosen = np.append(candidates, heart)
    among = alike.rows(chosen)[:, chosen]
    likes = among.sum(axis=1)
    stays = np.ones(len(chosen), np.bool_)
    while True:
        worst = int(np.where(stays, likes, len(chosen)).argmin())
        if likes[worst] >= LEAST_ALIKE * (stays.sum() - 1):
            return chosen[stays]
        stays[worst] = False
        likes = likes - among[worst]


class _Alike:
    """Which photos are alike, a bit for each two."""

    def __init__(self, count: int, pairs: Iterable[NDArray[np.int64]]) -> None:
        self._count = count
        self._bits = np.zeros((count, -(-count // 8)), np.uint8)
        for some in pairs:
            for one, other in (some.T, some.T[::-1]):
                bit = np.left_shift(1, 7 - other % 8).astype(np.uint8)
                np.bitwise_or.at(self._bits, (one, other // 8), bit)

    def rows(self, which: NDArray[np.int64] | list[int]) -> NDArray[np.bool_]:
        """`(R, count)`: what each of R photos is like."""
        bits = np.unpackbits(self._bits[which], axis=1, count=self._count)
        return bits.view(np.bool_)

    def likes(self, which: NDArray[np.int64]) -> NDArray[np.int64]:
        """`(count,)`: how many of R photos each photo is like."""
        blocks = (which[top : top + _BLOCK] for top in range(0, len(which), _BLOCK))
        return sum((self.rows(block).sum(axis=0) for block in blocks), np.zeros(self._count, int))
