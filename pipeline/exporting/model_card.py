"""A short model card in Markdown, from the run's own facts.

After Mitchell et al. 2019, "Model Cards for Model Reporting" (arXiv:1810.03993).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.exporting import run_text
from pipeline.exporting.rendering import literal, rendered
from pipeline.exporting.run_facts import RunFacts
from pipeline.wording import settings_text
from pipeline.wording.text import joined

_MOST_CLASSES: Final = 50  # rows of a table that somebody reads


def card(
    facts: RunFacts, compared: str, image_size_px: int, num_photos: int, *, is_page: bool = False
) -> str:
    """The card.

    Args:
        facts: Of the run.
        compared: The sentence about its comparison with the app's answers.
        image_size_px: Side S of what the network takes.
        num_photos: How many of its test photos lie beside it.
        is_page: Whether it goes along with a web page, not with a program.
    """
    return rendered(
        "model_card.md",
        facts=facts,
        classes=_named(facts.classes, "details.json" if is_page else "labels.txt"),
        side=image_size_px,
        num_photos=num_photos,
        is_page=is_page,
        compared=compared,
        start=run_text.STARTS.get(facts.config.weights, "none: random numbers"),
        sizes={split: sum(counts.values()) for split, counts in (facts.splits or {}).items()},
        verdict=run_text.verdict(facts),
        scores=run_text.scores_by_class(facts)[:_MOST_CLASSES],
        error=run_text.calibration_error(facts),
        mix_ups=run_text.mix_ups(facts, 3),
        settings=settings_text.settings(facts.config),
    )


def _named(classes: Sequence[str], listed_in: str) -> str:
    if len(classes) > 12:
        return f"{len(classes):,} classes (see `{listed_in}`)"
    return joined([literal(name) for name in classes])
