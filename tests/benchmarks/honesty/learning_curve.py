"""Would more photos help? What is foretold, against what twice as many photos then bring.

Sets drawn from real photos of cats and dogs; a head is taught on each set and on the same with as
many photos again, and both are asked about thousands of photos that were in neither.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

import numpy as np

from pipeline.evaluation.more_photos import SizeCurve, size_curve
from pipeline.heads.by_size import judge_by_size
from pipeline.progress import silent
from tests.benchmarks.honesty.fresh_photos import drawn, score

SIZES: Final = (25, 100, 400)  # photos of each kind
SETS: Final = 10
SLACK: Final = 0.005  # what the photos asked about leave open


def foretold(each: int, draw: int) -> tuple[SizeCurve, float]:
    """What is said of a set, and what twice as many photos then bring, 0 to 1."""
    chosen = drawn(np.random.default_rng((each, draw)), 2 * each, 2 * each)
    features = np.concatenate([one[:each] for one in chosen])
    kinds = np.repeat([0, 1], each)
    alone = np.arange(len(kinds))
    asked = judge_by_size(features, kinds, alone, 2, draw, silent)
    said = size_curve(asked.sizes, asked.right, asked.photos, 0.0)
    twice = score(np.concatenate(chosen), np.repeat([0, 1], 2 * each))
    return said, twice - score(features, kinds)


def main(sets: int = SETS) -> None:
    """Print a line for each size: means over so many sets, in points."""
    for each in SIZES:
        found = [foretold(each, draw) for draw in range(sets)]
        said, came = zip(*found, strict=True)
        inside = [
            one.low - SLACK <= gain <= one.high + SLACK
            for one, gain in zip(said, came, strict=True)
        ]
        line = {
            "photos_of_each": each,
            "foretold": round(100 * float(np.mean([one.gain for one in said])), 2),
            "came": round(100 * float(np.mean(came)), 2),
            "inside_the_interval": f"{sum(inside)} of {sets}",
            "verdicts": dict(Counter(one.verdict.value for one in said)),
        }
        print(json.dumps(line), flush=True)
