"""A run on one page of HTML: no scripts, nothing to load, light and dark, ready to print.

Its pictures, small copies of the photos that were told wrongly, are in the page itself.

The template escapes whatever is put in. Besides, the page says to the browser itself that nothing
may be fetched (its content security policy), so a name that looks like HTML could do no harm.
"""

from __future__ import annotations

from typing import Final

from pipeline.exporting import curve_svg, mistakes, run_text
from pipeline.exporting.rendering import rendered
from pipeline.exporting.run_facts import RunFacts
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers, score_text, settings_text

_MOST_IN_MATRIX: Final = 15  # classes; more columns fit no page
_MIX_UPS: Final = 20


def page(facts: RunFacts, photo_set: PhotoSet | None = None) -> str:
    """The whole page.

    Args:
        facts: What it tells.
        photo_set: The run's photos, of which the surest mistakes are shown; None for no pictures.
    """
    is_large = len(facts.classes) > _MOST_IN_MATRIX
    return rendered(
        "report.html",
        facts=facts,
        of_both=score_text.OF_BOTH,
        classes=f"{len(facts.classes):,} classes" if is_large else ", ".join(facts.classes),
        took=numbers.duration(facts.seconds) if facts.seconds else None,
        verdict=run_text.verdict(facts),
        meaning=numbers.MEANING,
        numbers=_numbers(facts),
        drawings=_drawings(facts),
        points=_points(facts),
        mix_ups=_mix_ups(facts) if is_large else None,
        matrix=None if is_large else _matrix(facts),
        scores=_scores(facts),
        mistakes=[
            (
                one.picture,
                f"Actual {one.actual}, predicted {one.predicted}",
                numbers.percent(one.share),
            )
            for one in mistakes.surest(facts, photo_set)
        ],
        settings=settings_text.settings(facts.config),
        origin=_origin(facts),
    )


def _numbers(facts: RunFacts) -> list[tuple[str, str]]:
    score = facts.score
    if score is None:
        return []
    entries = [
        ("Accuracy", numbers.percent(score["accuracy"])),
        ("95 % interval, in %", numbers.interval(score["low"], score["high"])),
        ("Loss", f"{score['loss']:.4f}"),
        (facts.judges, f"{int(score['photos']):,}"),
    ]
    if "balanced_accuracy" in score:
        worst = facts.classes[int(score["worst_class"])]
        entries += [
            ("Balanced accuracy", numbers.percent(score["balanced_accuracy"])),
            ("Lowest recall", f"{worst}: {numbers.percent(score['worst_recall'])}"),
        ]
    error = run_text.calibration_error(facts)
    if error is not None:
        entries.append(("Certainty is off by", f"{100 * error:.1f} points"))
    if facts.best_epoch and not facts.by_folds:
        entries.append(("Kept", facts.point_name(facts.best_epoch)))
    return entries


def _drawings(facts: RunFacts) -> dict[str, str]:
    measures = (curve_svg.ACCURACY, curve_svg.LOSS) if facts.points else ()
    return {measure: curve_svg.curves(facts, measure) for measure in measures}


def _points(facts: RunFacts) -> list[tuple[str, ...]]:
    return [
        (
            facts.point_name(point.epoch),
            numbers.PHASE_NAMES[point.phase],
            f"{point.loss:.4f}",
            f"{point.val_loss:.4f}",
            numbers.percent(point.accuracy),
            numbers.percent(point.val_accuracy),
        )
        for point in facts.points
    ]


def _mix_ups(facts: RunFacts) -> list[tuple[str, str, str]] | None:
    """The most frequent ones; None where the run's answers are not there."""
    if run_text.matrix(facts) is None:
        return None
    return [(is_, called, f"{count:,}") for is_, called, count in run_text.mix_ups(facts, _MIX_UPS)]


def _matrix(facts: RunFacts) -> list[tuple[str, list[tuple[str, str]]]] | None:
    """Each class with its row of fields, the darker the larger their share of the row."""
    counts = run_text.matrix(facts)
    if counts is None:
        return None
    shades = 0.6 * counts / counts.sum(axis=1, keepdims=True).clip(1)
    fields = (
        [(f"{count:,}", f"{shade:.2f}") for count, shade in zip(*row, strict=True)]
        for row in zip(counts.tolist(), shades.tolist(), strict=True)
    )
    return list(zip(facts.classes, fields, strict=True))


def _scores(facts: RunFacts) -> list[tuple[str, ...]]:
    return [
        (
            name,
            f"{one.support:,}",
            numbers.share(one.recall),
            numbers.share(one.precision),
            "" if one.f1 is None else f"{one.f1:.3f}",
        )
        for name, one in run_text.scores_by_class(facts)
    ]


def _origin(facts: RunFacts) -> list[tuple[str, str]]:
    """Photos, network and programs that the run was made from."""
    rows = [("Photo set", facts.photo_set_name), ("Run", facts.id)]
    if facts.started_from is not None:
        rows.append(("Started from the network of", facts.started_from))
    for split, counts in (facts.splits or {}).items():
        rows.append((f"Photos for {split}", f"{sum(counts.values()):,}"))
    if facts.parameters:
        rows.append(("Numbers in the network", f"{facts.parameters['total']:,}"))
        worked_on = {point.phase for point in facts.points}
        rows += [
            (f"Trainable in {numbers.PHASE_NAMES[phase].lower()}", f"{count:,}")
            for phase, count in facts.parameters["trainable"].items()
            if phase in worked_on
        ]
    return rows + list(facts.versions.items())
