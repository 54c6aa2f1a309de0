"""A short model card in Markdown, from the run's own facts.

After Mitchell et al. 2019, "Model Cards for Model Reporting" (arXiv:1810.03993).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.evaluation.calibration import expected_calibration_error
from pipeline.exporting import run_text
from pipeline.exporting.run_facts import RunFacts
from pipeline.wording import numbers, settings_text
from pipeline.wording.numbers import photos

_MOST_CLASSES: Final = 50  # rows of a table that somebody reads
_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&])")


def card(facts: RunFacts, compared: str, image_size_px: int, num_photos: int) -> str:
    """The card.

    Args:
        facts: Of the run.
        compared: The sentence about its comparison with the app's answers.
        image_size_px: Side S of what the network takes.
        num_photos: How many of its test photos lie beside it.
    """
    parts = [
        f"# {literal(facts.name)}",
        f"A network that tells {_named(facts.classes)} apart. Trained with PawTune on "
        f"{facts.created_at:%Y-%m-%d} (run `{facts.id}`).",
        "## How to ask it",
        _usage(facts, image_size_px, num_photos),
        compared,
        "## What it learned from",
        _origin(facts),
        "## How good it is",
        run_text.verdict(facts),
        _per_class(facts),
        _certainty(facts),
        "## What it cannot do",
        _limits(facts),
        "## Settings",
        _table(("setting", "value"), settings_text.settings(facts.config)),
        "## Made with",
        ", ".join(literal(f"{name} {version}") for name, version in facts.versions.items())
        or "Not known.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly these characters, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _usage(facts: RunFacts, side: int, num_photos: int) -> str:
    outputs = (
        "one number: above 0 means the second class"
        if len(facts.classes) == 2
        else ("one number for each class")
    )
    examples = (
        f" `photos/` holds {num_photos} of its test photos and `expected.json` what it says about "
        "them; take both out before you hand this on, if the photos are nobody else's business."
        if num_photos
        else ""
    )
    return (
        "    pip install -r requirements.txt\n"
        "    python predict.py PHOTO\n\n"
        f"`network.py` shows all it takes: `model.tflite` gets `photos`, `(1, {side}, {side}, 3)` "
        "float32, red, green and blue from 0 to 255 (the scaling to -1..1 is inside), the whole "
        f"photo squashed to a square. It gives `logits` ({outputs}), `pooled` and `feature_map`. "
        "Divided by the temperature in `labels.json`, logits become the probabilities that PawTune "
        f"shows.{examples}"
    )


def _origin(facts: RunFacts) -> str:
    start = run_text.STARTS.get(facts.config.weights, "nothing: random numbers")
    sentences = [f"It began with {start}."]
    if facts.splits is not None:
        sizes = {split: sum(counts.values()) for split, counts in facts.splits.items()}
        sentences.append(
            f"Then it learned from {photos(sizes['training'])} of the set "
            f"{literal(facts.photo_set_name)}; {sizes['validation']:,} more decided which of its "
            f"states was kept and how sure it may be, and {sizes['test']:,} were set aside to "
            "judge it."
        )
    else:
        sentences.append(f"Then it learned from the set {literal(facts.photo_set_name)}.")
    return " ".join(sentences)


def _per_class(facts: RunFacts) -> str:
    rows = [
        (
            literal(name),
            f"{scores.support:,}",
            numbers.share(scores.recall),
            numbers.share(scores.precision),
        )
        for name, scores in run_text.scores_by_class(facts)[:_MOST_CLASSES]
    ]
    header = ("class", "test photos", "found (95 % interval)", "right when called so")
    return _table(header, rows) if rows else ""


def _certainty(facts: RunFacts) -> str:
    if facts.truth is None or facts.probabilities is None:
        return ""
    error = expected_calibration_error(facts.truth, facts.probabilities)
    return (
        f"Its certainty is off by {100 * error:.1f} points on average (expected calibration error "
        f"on {photos(len(facts.truth))})."
    )


def _limits(facts: RunFacts) -> str:
    less = run_text.mix_ups(facts, 3)
    known = "; ".join(
        f"{literal(is_)} called {literal(called)} ({photos(count)})" for is_, called, count in less
    )
    return (
        f"It knows {_named(facts.classes)}, in photos like those that it learned from, and nothing "
        "else. Something else that looks a little like them gets one of these names; `neither` "
        "tells most, not all, of such photos."
        + (f" In the test, its mistakes were above all: {known}." if known else "")
        + " Nobody has checked whether it treats people or animals fairly: use it for no decision "
        "about them."
    )


def _named(classes: Sequence[str]) -> str:
    names = [literal(name) for name in classes]
    if len(names) > 12:
        return f"{len(names):,} classes (see `labels.txt`)"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
