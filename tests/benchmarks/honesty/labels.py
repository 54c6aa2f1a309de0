"""Wrong labels: how many of those that were planted come first, and what mending them is worth.

Sets of 799 real photos of cats and dogs, 40 labels changed. A person looks through the first 60 and
sets right what is wrong among them, in the training photos alone (four fifths); heads that learned
from those before and after are asked about thousands of photos that were in no set.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from pipeline.evaluation import label_errors
from pipeline.heads.label_check import judge_labels
from pipeline.progress import silent
from tests.benchmarks.honesty.fresh_photos import drawn, score

PHOTOS: Final = (400, 399)
SETS: Final = 20
WRONG: Final = 40
LOOKED_AT: Final = 60


def planted(seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Features of a set, what its photos show, and which of them are labelled as the other."""
    random = np.random.default_rng(seed)
    chosen = drawn(random, *PHOTOS)
    order = random.permutation(sum(PHOTOS))
    truth = np.repeat([0, 1], PHOTOS)[order]
    return np.concatenate(chosen)[order], truth, random.permutation(len(truth))[:WRONG]


def looked_through(seed: int) -> dict[str, Any]:
    """What comes of one set: planted labels found, and the score before and after."""
    features, truth, wrong = planted(seed)
    labels = truth.copy()
    labels[wrong] ^= 1
    alone = np.arange(len(labels))
    judged = judge_labels(features, labels, alone, 2, 0, silent)
    found = label_errors.find(labels, judged.pruned)
    order = found.order
    training = alone < 0.8 * len(alone)  # the photos are in random order
    mended = labels.copy()
    seen = order[:LOOKED_AT][training[order[:LOOKED_AT]]]
    mended[seen] = truth[seen]
    before, after, best = (
        score(features[training], given[training]) for given in (labels, mended, truth)
    )
    plainly = label_errors.find(labels, judged.plain).order
    return {
        "found": int(np.isin(order[:LOOKED_AT], wrong).sum()),
        "listed": found.count,
        "listed_and_wrong": int(np.isin(found.likely, wrong).sum()),
        "found_plainly": int(np.isin(plainly[:LOOKED_AT], wrong).sum()),
        "before": before,
        "after": after,
        "all_right": best,
    }


def means(sets: int) -> dict[str, Any]:
    """Means over so many sets, and the gain in points with its 95 % interval."""
    found = [looked_through(seed) for seed in range(sets)]
    gains = np.array([one["after"] - one["before"] for one in found]) * 100
    half = float(t.ppf(0.975, sets - 1) * gains.std(ddof=1) / np.sqrt(sets))
    return {
        **{name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]},
        "found_in_the_worst": min(one["found"] for one in found),
        "gain_in_points": [round(float(gains.mean()) + side * half, 2) for side in (-1, 0, 1)],
    }


def main(sets: int = SETS) -> None:
    """Print the means."""
    print(json.dumps(means(sets)))
