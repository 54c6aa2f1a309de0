"""What came of a sweep: its best run, and whether that is more than luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.tuning.sweep_samplers import Tried
from pipeline.tuning.sweep_winner import Validation
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState
from pipeline.workspace.sweeps import Sweep


def validation(run: Run) -> Validation | None:
    """What a run says of the validation photos; None before its first epoch."""
    kept = run.kept
    return None if kept is None else Validation(kept.val_accuracy, kept.val_loss)


def judged(run: Run) -> Validation | None:
    """What the sweep goes by: the validation photos, or nearly all of a small set, in turns."""
    found = run.sweep.in_turns if run.sweep else None
    return Validation(found["accuracy"], found["loss"]) if found else validation(run)


def tried(runs: Sequence[Run]) -> tuple[Tried, ...]:
    """The runs as a sampler is told of them."""
    found = []
    for run in runs:
        assert run.sweep is not None
        said = judged(run)
        found.append(Tried(run.sweep.settings, said.score if said else None))
    return tuple(found)


def best(runs: Sequence[Run]) -> Run | None:
    """The run that does best, of those that were trained to their end; of equals, the first.

    By the photos of `judged`, if all of them were asked about these; else by validation.
    """
    done = [run for run in runs if run.state is RunState.DONE]
    alike = all(run.sweep is not None and run.sweep.in_turns for run in done)
    ask = judged if alike else validation
    ended = [(said.score, run) for run in done if (said := ask(run))]
    return max(ended, key=lambda one: one[0], default=(0.0, None))[1]


def to_json(sweep: Sweep) -> dict[str, Any]:
    """A sweep as the command line tells it."""
    found, outcome = best(sweep.runs), sweep.outcome or {}
    return {
        "sweep": sweep.id,
        "runs": [_told(run) for run in sweep.runs],
        "best": found.id if found else None,
        "seed_spread": outcome.get("seed_spread"),
        "against_default": outcome.get("against_default"),
        "seconds": sweep.seconds,
    }


def _told(run: Run) -> dict[str, Any]:
    said = validation(run)
    return {
        "run": run.id,
        "settings": run.sweep.settings if run.sweep else {},
        "validation": _numbers(run, said) if said else None,
        "state": run.state,
    }


def _numbers(run: Run, said: Validation) -> dict[str, Any]:
    """Those of the validation photos; and of nearly all photos of a small set, which choose."""
    told: dict[str, Any] = {"accuracy": said.accuracy, "loss": said.loss}
    if run.sweep is not None and (found := run.sweep.in_turns):
        told["in_turns"] = {name: found[name] for name in ("accuracy", "loss", "photos")}
    return told
