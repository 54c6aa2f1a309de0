"""What an answer comes to: a class, "Not sure", or "None of them"."""

from __future__ import annotations

from typing import Final

from pipeline.classify.classifier import Answer

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
