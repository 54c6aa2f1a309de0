"""Does "None of them" keep its promise? How many genuine photos are refused, how many named.

Sets of 5 to 200 photos a class are drawn again and again; answers about photos that were in none of
them are counted as Classify gives them. `before` is the limit as earlier versions had it: the 98th
of 100 validation photos, of fewer than 50 the farthest.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from threadpoolctl import threadpool_limits

from pipeline.classify import novelty as known
from pipeline.classify.answer import count_kinds
from pipeline.evaluation.calibration import temperature
from pipeline.evaluation.metrics import probabilities
from pipeline.evaluation.predictions import Predictions
from pipeline.heads.cross_validation import solve_by_folds
from pipeline.heads.solved import solve
from pipeline.network.head import Head
from pipeline.progress import silent
from pipeline.settings.hyperparameters import ANSWER
from tests.benchmarks.bench_starter import auroc
from tests.benchmarks.honesty.pet_features import KINDS, pet_features
from tests.benchmarks.honesty.pet_features import _look as look
from tests.conftest import SHARED
from tests.non_pets import non_pets
from tests.pipeline.classify.test_novelty import FEATURES, photos

DRAWS: Final = 50
SIZES: Final = (5, 10, 20, 50, 200)  # photos a class, a tenth of them for the test
_EACH: Final = 4_000  # photos of each kind; sets are drawn from the first of them
_DRAWN_FROM: Final = 1_500
_GENUINE: Final = 1_000  # of each kind, that are in no set
_NON_PETS_OF_EACH: Final = 100

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """What networks are taught and asked about.

    Attributes:
        kinds: `(n, F)` features for each of two classes; sets are drawn from the first of them.
        strangers: `(m, F)` features of what is none of the classes.
    """

    kinds: tuple[Features, Features]
    strangers: Features

    def genuine(self) -> tuple[Features, NDArray[np.int64]]:
        """Photos that are in no set, and their classes."""
        rest = [kind[_DRAWN_FROM:][:_GENUINE] for kind in self.kinds]
        return np.concatenate(rest), np.repeat([0, 1], [len(one) for one in rest])


def main(sets: int = DRAWS) -> None:
    """A line for each source, size and limit: means over the sets."""
    sources = {"made features": made}
    if SHARED.is_dir():
        sources["real photos"] = real
    with threadpool_limits(1, user_api="blas"):
        for name, source in sources.items():
            asked = source()
            for size in SIZES:
                for line in summed(asked, size, sets):
                    told = {"source": name, "photos_a_class": size, **line}
                    print(json.dumps(told), flush=True)


def real() -> Asked:
    """Cats and dogs; charts, textures, drawings and screens."""
    found = pet_features(_EACH)
    files = []
    for _, picture in non_pets(_NON_PETS_OF_EACH):
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, "JPEG", quality=92)
        files.append(stream.getvalue())
    return Asked((found[KINDS[0]], found[KINDS[1]]), look(files))


def made() -> Asked:
    """Numbers in place of features: one kind with a dozen ways to differ, in two classes."""
    apart = np.random.default_rng(5).normal(0, 0.04, FEATURES).astype(np.float32)
    kinds = tuple(
        np.maximum(photos(_EACH, seed) + sign * apart, 0) for seed, sign in ((1, -1), (2, 1))
    )
    return Asked((kinds[0], kinds[1]), photos(400, 4, away=0.8))


def summed(asked: Asked, size: int, sets: int) -> Iterator[dict[str, Any]]:
    """The mean over many sets, for the limit before and the limit now."""
    found = [one_set(asked, size, draw) for draw in range(sets)]
    for limit in ("before", "now"):
        lines = [lines[limit] for lines in found]
        means = {key: round(float(np.mean([one[key] for one in lines])), 4) for key in lines[0]}
        worst = round(max(one["refused"] for one in lines), 4)
        yield {"limit": limit, **means, "refused_in_the_worst_set": worst}


def one_set(asked: Asked, size: int, draw: int) -> dict[str, dict[str, float]]:
    """One set: divided, learned from, asked about what it did not hold."""
    random = np.random.default_rng((size, draw))
    chosen = [kind[:_DRAWN_FROM][random.permutation(_DRAWN_FROM)[:size]] for kind in asked.kinds]
    held = max(1, round(size / 10))
    training = np.concatenate([one[2 * held :] for one in chosen])
    validation = np.concatenate([one[:held] for one in chosen])
    labels, others = (np.repeat([0, 1], len(part) // 2) for part in (training, validation))

    head = solve(training, labels, validation, others, 2, silent).head
    scaled = head, temperature(others, head.logits(validation))
    apart = replace(fitted(training), limit=1.0)
    away = apart.strangeness(validation)
    limit = float(np.quantile(away, known.PASSING, method="higher"))
    before = measured(asked, replace(apart, limit=limit), *scaled)

    every, truth = np.concatenate([training, validation]), np.concatenate([labels, others])
    by_folds = solve_by_folds(every, truth, np.arange(len(truth)), 2, 0, silent)
    heat = temperature(truth[by_folds.judged], by_folds.logits)
    return {"before": before, "now": measured(asked, fitted(every), by_folds.head, heat)}


def fitted(features: Features) -> known.Familiar:
    """What is familiar; every set here has enough photos for that."""
    found = known.fit(features)
    assert found is not None
    return found


def measured(asked: Asked, familiar: known.Familiar, head: Head, heat: float) -> dict[str, float]:
    """What becomes of photos of the kind, and of others."""
    genuine, truth = asked.genuine()
    near, far = familiar.strangeness(genuine), familiar.strangeness(asked.strangers)
    shares = probabilities(head.logits(genuine) / heat)
    found = Predictions(np.arange(len(truth)), truth, shares, near)
    counted = count_kinds(found, ANSWER["sure_from"].default)
    return {
        "refused": counted["none"] / len(truth),
        "named": counted["named"] / len(truth),
        "right_of_named": counted["named_right"] / max(1, counted["named"]),
        "strangers_refused": float(np.mean(far > 1)),
        "auroc": auroc(far, near),
    }
