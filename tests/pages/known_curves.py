"""Runs whose curves and numbers of validation photos are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.parts import run_curves
from pages.ui.runs import phases as runs_phases
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.workspace.run import Run


def epochs(first: list[float], second: list[float]) -> tuple[Epoch, ...]:
    """Points with these validation accuracies, of both phases."""
    phases = [FEATURE_EXTRACTION] * len(first) + [FINE_TUNING] * len(second)
    return tuple(
        Epoch(phase, number, 0.3, 0.9, 0.3, accuracy, 5.0)
        for number, (phase, accuracy) in enumerate(zip(phases, first + second, strict=True), 1)
    )


def photos(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let a run's validation photos be this many, half of each class."""
    splits = {"validation": {"blue": number // 2, "red": number - number // 2}} if number else {}
    for module in (runs_phases, run_curves):
        monkeypatch.setattr(module, "split_classes", lambda _run: splits)


def curve(run: Run, first: list[float], second: list[float]) -> Run:
    """The run with these validation accuracies; its last point was kept."""
    return replace(run, epochs=epochs(first, second), best_epoch=len(first) + len(second))
