"""What an answer comes to: a class, "Not sure", or "None of them"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pipeline.evaluation.predictions import Predictions
from pipeline.wording.answer_text import NEITHER, NOT_SURE

_ROUNDING: Final = 1e-6  # the network's numbers are float32: its 0.7 lies below ours


class Kind(StrEnum):
    """What an answer can come to."""

    NAMED = "named"
    UNSURE = "unsure"
    NONE = "none"


def kind_of(probability: float, strangeness: float | None, sure_from: float) -> Kind:
    """What an answer comes to.

    Args:
        probability: Of the likeliest class, 0 to 1.
        strangeness: See `Answer`; NaN is None.
        sure_from: The least probability that counts, 0 to 1; see `hyperparameters.ANSWER`.
    """
    if strangeness is not None and strangeness > 1:
        return Kind.NONE
    return Kind.UNSURE if probability < sure_from - _ROUNDING else Kind.NAMED


def count_kinds(found: Predictions, sure_from: float) -> dict[str, int]:
    """What answers about photos whose class is known come to.

    Args:
        found: The answers.
        sure_from: See `kind_of`.

    Returns:
        How many photos are `named`, `unsure` and `none`, and how many names are right
        (`named_right`); nothing where nobody kept how strange the photos are.
    """
    if found.strangeness is None:
        return {}
    sure = found.probabilities.max(axis=1, initial=0.0).tolist()
    kinds = [
        kind_of(share, strange, sure_from)
        for share, strange in zip(sure, found.strangeness.tolist(), strict=True)
    ]
    counted = Counter(kinds)
    right = (found.called == found.truth).tolist()
    named_right = Counter(zip(kinds, right, strict=True))[Kind.NAMED, True]
    return {**{kind.value: counted[kind] for kind in Kind}, "named_right": named_right}


def gives_name(answer: Answer, sure_from: float) -> bool:
    """Whether the photo gets the name of a class; see `kind_of`."""
    return kind_of(answer.probability, answer.strangeness, sure_from) is Kind.NAMED


def is_unsure(answer: Answer, sure_from: float) -> bool:
    """Whether an answer is not sure enough to count; one that is no class is sure of that."""
    return kind_of(answer.probability, answer.strangeness, sure_from) is Kind.UNSURE


def called(answer: Answer, sure_from: float) -> str:
    """What the photo is called: its class, `NOT_SURE` or `NEITHER`."""
    kind = kind_of(answer.probability, answer.strangeness, sure_from)
    return {Kind.NAMED: answer.class_name, Kind.UNSURE: NOT_SURE, Kind.NONE: NEITHER}[kind]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says about one photo.

    Attributes:
        class_name: The likeliest class.
        probability: How likely, 0 to 1.
        probabilities: Of every class, in the order of the run's classes; they sum to 1.
        strangeness: How unlike all photos that the run learned from; above 1 it is none of the
            classes (see `novelty.Familiar`). None where the run does not know.
    """

    class_name: str
    probability: float
    probabilities: dict[str, float]
    strangeness: float | None = None

    @property
    def is_neither(self) -> bool:
        """Whether the photo is not like anything that the network was taught."""
        return kind_of(self.probability, self.strangeness, 0) is Kind.NONE

    def told(self) -> dict[str, Any]:
        """The answer as plain JSON."""
        return {
            "class": self.class_name,
            "probability": self.probability,
            "probabilities": self.probabilities,
            "neither": self.is_neither,
            "strangeness": self.strangeness,
        }
