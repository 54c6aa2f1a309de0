"""A run on one page of HTML: no scripts, nothing to load, light and dark, ready to print.

The page says to the browser itself that nothing may be fetched (its content security policy), so
a name that looks like HTML could do no harm even if it were not escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from pipeline.evaluation.calibration import expected_calibration_error
from pipeline.exporting import curve_svg, run_text
from pipeline.exporting.run_facts import RunFacts
from pipeline.wording import numbers, settings_text

_STYLE: Final = Path(__file__).parent / "templates" / "report.css"
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_MOST_IN_MATRIX: Final = 15  # classes; more columns fit no page
_MIX_UPS: Final = 20
_LEGEND: Final = "Dashed: training. Solid: validation."


def page(facts: RunFacts) -> str:
    """The whole page."""
    name = escape(facts.name)
    body = "\n".join(
        part
        for part in (
            _top(facts),
            _numbers(facts),
            _curves(facts),
            _matrix(facts),
            _classes(facts),
            _settings(facts),
            _footer(facts),
        )
        if part
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{name} - PawTune</title>
<style>
{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _top(facts: RunFacts) -> str:
    classes = ", ".join(facts.classes)
    if len(facts.classes) > _MOST_IN_MATRIX:
        classes = f"{len(facts.classes):,} classes"
    took = f", took {numbers.duration(facts.seconds)}" if facts.seconds else ""
    return (
        f"<h1>{escape(facts.name)}</h1>\n"
        f'<p class="quiet">{escape(facts.photo_set_name)} ({escape(classes)}). Trained on '
        f"{facts.created_at:%Y-%m-%d}{took}.</p>\n"
        f"<p><strong>{escape(run_text.verdict(facts))}</strong></p>"
    )


def _numbers(facts: RunFacts) -> str:
    if facts.test is None:
        return ""
    test = facts.test
    entries = [
        ("Test accuracy", numbers.percent(test["accuracy"])),
        ("95 % interval, in %", numbers.interval(test["low"], test["high"])),
        ("Test loss", f"{test['loss']:.4f}"),
        ("Test photos", f"{int(test['photos']):,}"),
    ]
    if facts.truth is not None and facts.probabilities is not None:
        error = expected_calibration_error(facts.truth, facts.probabilities)
        entries.append(("Certainty is off by", f"{100 * error:.1f} points"))
    if facts.best_epoch:
        entries.append(("Kept", facts.point_name(facts.best_epoch)))
    boxes = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in entries)
    return f'<dl class="numbers">{boxes}</dl>'


def _curves(facts: RunFacts) -> str:
    if not facts.points:
        return ""
    figures = "\n".join(
        f"<figure><h3>{measure.capitalize()}</h3>\n{curve_svg.curves(facts, measure)}\n"
        f"<figcaption>{_LEGEND}{_ring(facts)}</figcaption></figure>"
        for measure in (curve_svg.ACCURACY, curve_svg.LOSS)
    )
    rows = [
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
    header = ("Point", "Phase", "Loss", "Validation loss", "Accuracy", "Validation accuracy")
    return (
        f'<h2>Curves</h2>\n<div class="charts">\n{figures}\n</div>\n'
        "<details><summary>The same in numbers</summary>"
        f"{_table('Every point of the curves', header, rows, texts=2)}</details>"
    )


def _ring(facts: RunFacts) -> str:
    return " The ring marks what was kept." if facts.best_epoch else ""


def _matrix(facts: RunFacts) -> str:
    counts = run_text.matrix(facts)
    if counts is None:
        return ""
    if len(facts.classes) > _MOST_IN_MATRIX:
        rows = [
            (is_, called, f"{count:,}") for is_, called, count in run_text.mix_ups(facts, _MIX_UPS)
        ]
        header = ("Is", "Was called", "Photos")
        return f"<h2>Most frequent mix-ups</h2>\n{_table('Test photos', header, rows, texts=2)}"
    names = [escape(name) for name in facts.classes]
    head = "".join(f'<th scope="col" class="number">called {name}</th>' for name in names)
    lines = []
    for place, name in enumerate(names):
        total = max(1, int(counts[place].sum()))
        cells = "".join(
            _cell(count, count / total, column == place)
            for column, count in enumerate(counts[place].tolist())
        )
        lines.append(f'<tr><th scope="row">is {name}</th>{cells}</tr>')
    return (
        '<h2>What was called what</h2>\n<p class="quiet">Test photos: each row is what they are, '
        "each column what they were called. Bold is right.</p>\n"
        f'<div class="scroll"><table class="matrix"><tr><td></td>{head}</tr>{"".join(lines)}'
        "</table></div>"
    )


def _cell(count: int, share: float, is_right: bool) -> str:
    """A field of the matrix, the darker the larger its share of the row."""
    right = ' class="right"' if is_right else ""
    return f'<td{right} style="--share:{share * 0.6:.2f}">{count:,}</td>'


def _classes(facts: RunFacts) -> str:
    scores = run_text.class_scores(facts)
    if not scores:
        return ""
    rows = [
        (
            name,
            f"{one.support:,}",
            numbers.share(one.recall),
            numbers.share(one.precision),
            "" if one.f1 is None else f"{one.f1:.3f}",
        )
        for name, one in scores
    ]
    header = ("Class", "Photos", "Found", "Right when called", "F1")
    caption = (
        "Found: share of the class's photos that were called so. Right when called: share of the "
        "photos called so that are of the class. Both with their 95 % interval."
    )
    return f"<h2>Class by class</h2>\n{_table(caption, header, rows, texts=1)}"


def _settings(facts: RunFacts) -> str:
    rows = settings_text.settings(facts.config)
    facts_rows = [("Photo set", facts.photo_set_name), ("Run", facts.id)]
    for split, counts in (facts.splits or {}).items():
        facts_rows.append((f"Photos for {split}", f"{sum(counts.values()):,}"))
    if facts.parameters:
        facts_rows.append(("Numbers in the network", f"{facts.parameters['total']:,}"))
        worked_on = {point.phase for point in facts.points}
        facts_rows += [
            (f"May change in {numbers.PHASE_NAMES[phase].lower()}", f"{count:,}")
            for phase, count in facts.parameters["trainable"].items()
            if phase in worked_on
        ]
    facts_rows += list(facts.versions.items())
    return (
        '<h2>How it was made</h2>\n<div class="two">'
        f"{_table('Settings', ('Setting', 'Value'), rows, texts=2)}"
        f"{_table('Photos, network and programs', ('What', 'Value'), facts_rows, texts=2)}</div>"
    )


def _footer(_facts: RunFacts) -> str:
    return (
        "<footer>Made by PawTune. The interval says where the accuracy would lie with other test "
        "photos of the same kind, 95 times out of 100.</footer>"
    )


def _table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], texts: int) -> str:
    """A table whose first `texts` columns are words, and all others numbers."""

    def line(cells: Sequence[str], kind: str, scope: str = "") -> str:
        number = ' class="number"'
        return "".join(
            f"<{kind}{scope}{'' if place < texts else number}>{escape(cell)}</{kind}>"
            for place, cell in enumerate(cells)
        )

    head = line(header, "th", ' scope="col"')
    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<tr>{head}</tr>{body}</table></div>"
    )
