"""Which settings a sweep tries next, told by what its earlier runs came to.

Nothing is remembered from one question to the next: a sweep that was stopped or killed goes on as
if nothing had been. Optuna draws for `tpe`, in memory, with a study that is made of our own rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pipeline.tuning.sweep_plan import GRID, TPE, Plan, Settings
from pipeline.tuning.sweep_space import Space

_STARTS: Final = (4, 10)  # runs drawn by chance before TPE has something to go by: at least, most
_TRIES: Final = 200  # draws until there seems to be nothing new to try
_WORST: Final = -1.0  # the score of a run that went astray


@dataclass(frozen=True, slots=True)
class Tried:
    """An earlier run of the sweep.

    Attributes:
        settings: The swept settings.
        score: What it came to, see `sweep_winner.score`; None where it came to nothing.
    """

    settings: Settings
    score: float | None


def next_settings(plan: Plan, tried: Sequence[Tried]) -> Settings | None:
    """What to try next; None when all is tried.

    The same plan and the same earlier runs give the same answer.

    Args:
        plan: What may be tried.
        tried: The runs that there are already, in order.
    """
    number = len(tried)
    if number >= plan.runs:
        return None
    known = {plan.identity(one.settings) for one in tried}
    if plan.sampler == GRID:
        cells = plan.grid()
        # By chance, so that a sweep that ends early has seen something of everywhere.
        order = np.random.default_rng(len(cells)).permutation(len(cells))
        candidates = (cells[place] for place in order)
        return next((cell for cell in candidates if plan.identity(cell) not in known), None)
    fewest, most = _STARTS
    if plan.sampler == TPE and number >= min(most, max(fewest, plan.runs // 3)):
        asked = _by_tpe(plan, tried)
        if plan.identity(asked) not in known:
            return asked
    drawing = np.random.default_rng((plan.base.seed, number))
    for _ in range(_TRIES):
        drawn = {space.name: space.at(float(drawing.random())) for space in plan.spaces}
        if plan.identity(drawn) not in known:
            return drawn
    return None


def _by_tpe(plan: Plan, tried: Sequence[Tried]) -> Settings:
    """What Optuna's TPE would try (Watanabe 2023, arXiv:2304.11127)."""
    # Here, because it takes half a second that only a sweep needs.
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    distributions = {space.name: _distribution(space) for space in plan.spaces}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it is experimenting with
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=0,
            multivariate=True,
            constant_liar=True,
            seed=plan.base.seed + len(tried),
        )
        study = optuna.create_study(sampler=sampler, direction="maximize")
        for one in tried:
            study.add_trial(
                optuna.trial.create_trial(
                    params=one.settings,
                    distributions=distributions,
                    value=_WORST if one.score is None else one.score,
                )
            )
        params = study.ask(distributions).params
    return {
        space.name: params[space.name] if space.values else space.tidy(params[space.name])
        for space in plan.spaces
    }


def _distribution(space: Space) -> Any:
    from optuna import distributions

    if space.values:
        return distributions.CategoricalDistribution(space.values)
    if space.is_whole:
        return distributions.IntDistribution(round(space.low), round(space.high))
    return distributions.FloatDistribution(space.low, space.high, log=space.setting.log)
