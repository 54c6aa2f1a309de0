"""Which photo to label next: how few labels teach what all would, against labels in random order.

200 real photos of cats and dogs without a label, and nothing known; they are labelled in tens.
After each ten a head is taught, and asked about thousands of photos that were not among the 200.
"""

from __future__ import annotations

import json
from typing import Final

import numpy as np

from pipeline.heads.label_next import suggest
from tests.benchmarks.honesty.fresh_photos import drawn, score

BATCH: Final = 10
SETS: Final = 20
POOL: Final = 200
DECISIONS: Final = 60
ORDERS: Final = ("suggested", "random")


def curve(seed: int, order: str) -> list[float]:
    """By how much a head falls short of one that all labels taught, after each ten labels."""
    random = np.random.default_rng(seed)
    kinds = random.integers(0, 2, POOL)
    features = np.stack(drawn(random, POOL, POOL))[kinds, np.arange(POOL)]
    whole = score(features, kinds)
    said = np.full(POOL, -1)
    mixed = suggest(features, said, np.arange(POOL), 2, seed, BATCH).photos  # the same first ten
    short = []
    for start in range(0, DECISIONS, BATCH):
        if order == "suggested":
            asked = suggest(features, said, np.arange(POOL), 2, seed, BATCH).photos[:BATCH]
        else:
            asked = mixed[start : start + BATCH]
        said[asked] = kinds[asked]
        known = np.flatnonzero(said >= 0)
        short.append(whole - score(features[known], said[known]))
    return short


def decisions(short: list[float]) -> int:
    """After how many labels a head stays within a point of all labels; 70 for more than 60."""
    late = [step for step, points in enumerate(short) if points > 0.01]
    return BATCH * ((late[-1] + 1 if late else 0) + 1)


def main(sets: int = SETS) -> None:
    """Print a line for each order: means over so many sets."""
    for order in ORDERS:
        curves = [curve(seed, order) for seed in range(sets)]
        needed = [decisions(short) for short in curves]
        line = {
            "order": order,
            "points_short_after_each_ten": (100 * np.mean(curves, axis=0)).round(2).tolist(),
            "within_a_point_after": {"mean": float(np.mean(needed)), "worst": max(needed)},
        }
        print(json.dumps(line), flush=True)
