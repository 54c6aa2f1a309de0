"""What the coach says of recorded runs."""

from __future__ import annotations

from pipeline.coach.advice import advice
from pipeline.coach.curves import Advice
from tests.recorded_curves import ALL, Recorded


def said(run: Recorded) -> tuple[Advice, ...]:
    """What the coach says of a recorded run."""
    return advice(run.config, run.points, run.photos, run.confusion, run.initial)


def by_kind(name: str) -> dict[str, Advice]:
    """The same by kind, for the run of this name."""
    (run,) = (run for run in ALL if run.name == name)
    return {piece.kind: piece for piece in said(run)}
