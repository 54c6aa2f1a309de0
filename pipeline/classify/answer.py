"""What an answer comes to: a class, "Not sure", or "None of them"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

NOT_SURE: Final = "Not sure"
NEITHER: Final = "None of them"
_ROUNDING: Final = 1e-6  # the network's numbers are float32: its 0.7 lies below ours


def gives_name(answer: Answer, sure_from: float) -> bool:
    """Whether the photo gets the name of a class; see `is_unsure`."""
    return not answer.is_neither and not is_unsure(answer, sure_from)


def is_unsure(answer: Answer, sure_from: float) -> bool:
    """Whether an answer is not sure enough to count.

    Args:
        answer: The answer; one that is none of the classes is sure of that.
        sure_from: The least probability that counts, 0 to 1; see `hyperparameters.ANSWER`.
    """
    return not answer.is_neither and answer.probability < sure_from - _ROUNDING


def called(answer: Answer, sure_from: float) -> str:
    """What the photo is called: its class, `NOT_SURE` or `NEITHER`."""
    if answer.is_neither:
        return NEITHER
    return NOT_SURE if is_unsure(answer, sure_from) else answer.class_name


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
        return self.strangeness is not None and self.strangeness > 1

    def told(self) -> dict[str, Any]:
        """The answer as plain JSON."""
        return {
            "class": self.class_name,
            "probability": self.probability,
            "probabilities": self.probabilities,
            "neither": self.is_neither,
            "strangeness": self.strangeness,
        }
