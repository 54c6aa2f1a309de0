"""How many runs were judged on the same test photos, and what the best of them is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import resources, stores
from pages.ui.parts import same_photos
from pipeline.errors import PawTuneError
from pipeline.evaluation.best_of_many import optimism
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.wording import best_of_many_text
from pipeline.workspace.run import Run

FEWEST: Final = 3  # two runs are held against each other, and that has a verdict of its own
_MOST: Final = 3  # sentences: more are not read


def show(rows: Sequence[Run], chosen: Sequence[Run] = ()) -> None:
    """A sentence for each test that judged several runs.

    Args:
        rows: All runs.
        chosen: Only of their tests; of all where it is empty.
    """
    for runs in judged_alike(rows)[:_MOST]:
        if not chosen or {run.id for run in runs} & {run.id for run in chosen}:
            photos = int((runs[0].score or {})["photos"])
            lead = _lead(runs)
            said = best_of_many_text.sentence(len(runs), photos, lead, _by_folds(runs[0]))
            st.caption(f":material/casino: {said}")


def judged_alike(rows: Sequence[Run]) -> list[list[Run]]:
    """Runs that were judged on the same test photos and labels, the most runs first."""
    tests: list[list[Run]] = []
    for run in rows:
        if run.score and not run.is_example:
            alike = next((test for test in tests if _judged_alike(run, test[0])), None)
            if alike is None:
                tests.append([run])
            else:
                alike.append(run)
    return sorted((test for test in tests if len(test) >= FEWEST), key=len, reverse=True)


def _judged_alike(run: Run, other: Run) -> bool:
    return _by_folds(run) == _by_folds(other) and same_photos.same(run, other)


def _by_folds(run: Run) -> bool:
    return run.score is not None and is_cross_validated(run.score)


def _lead(runs: Sequence[Run]) -> float | None:
    """By how much the best is overrated; None where answers are gone."""
    try:
        return optimism(
            np.stack(
                [_right(run.id, run.photo_set_id, run.results_name, _by_folds(run)) for run in runs]
            )
        )
    except (PawTuneError, ValueError):  # the latter: kept answers about other numbers of photos
        return None


@stores.cached_for(stores.expect_run, max_entries=256)
def _right(
    run_id: str, photo_set_id: str, results: str | None, by_folds: bool
) -> NDArray[np.bool_]:
    """`(n,)` whether a run was right about each photo, in the order of the photos' ids."""
    kept = resources.cross_validated(run_id) if by_folds else None
    found = kept or resources.predictions(run_id)
    photos = resources.photo_set(photo_set_id).photos
    order = np.argsort([photos[index].sha256 for index in found.photo_indices.tolist()])
    right: NDArray[np.bool_] = (found.called == found.truth)[order]
    return right
