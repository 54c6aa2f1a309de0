"""A run in words: its result, mix-ups and scores, for the report and the model card."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation import class_scores, metrics
from pipeline.evaluation.calibration import expected_calibration_error
from pipeline.evaluation.class_scores import ClassScores
from pipeline.exporting.run_facts import RunFacts
from pipeline.settings.hyperparameters import BUILT_IN, IMAGENET
from pipeline.wording import near_copies, numbers, score_text, sealed_text, uneven_classes

STARTS: Final = {
    IMAGENET: "what MobileNetV2 learned from the 1.2 million photos of ImageNet (published with "
    "Keras, Apache License 2.0)",
    BUILT_IN: "PawTune's own small network, which has seen 16,000 cats and dogs (Apache License "
    "2.0)",
}


def verdict(facts: RunFacts) -> str:
    """The result in words, what its interval means, and what the run's other score says."""
    score = facts.score
    said = [] if score is None and facts.is_sealed else [score_text.verdict(score)]
    if score is not None:
        said.append(numbers.MEANING)
    if facts.is_sealed:
        said.append(sealed_text.SEALED)
    # The table of classes names them: here a name would have to be made safe for each format.
    said += [uneven_classes.sentence(score), near_copies.sentence(score)]
    said.append(score_text.beside(facts.config, facts.test, facts.cross_validation))
    return " ".join(filter(None, said))


def matrix(facts: RunFacts) -> NDArray[np.int64] | None:
    """`(C, C)` photos, row = actual class, column = predicted class; None without."""
    if facts.truth is None or facts.called is None:
        return None
    return metrics.confusion_matrix(facts.truth, facts.called, len(facts.classes))


def scores_by_class(facts: RunFacts) -> list[tuple[str, ClassScores]]:
    """Every class in order; nothing where the run's answers are not there."""
    if facts.truth is None or facts.probabilities is None:
        return []
    scores = class_scores.class_scores(
        facts.truth, facts.probabilities, facts.scenes, facts.by_folds
    )
    return list(zip(facts.classes, scores, strict=True))


def calibration_error(facts: RunFacts) -> float | None:
    """By how much its certainty is off, 0 to 1; None where the run's answers are not there."""
    if facts.truth is None or facts.probabilities is None:
        return None
    return expected_calibration_error(facts.truth, facts.probabilities)


def mix_ups(facts: RunFacts, most: int) -> list[tuple[str, str, int]]:
    """What was most often predicted as what else: actual, predicted, how many photos."""
    counts = matrix(facts)
    if counts is None:
        return []
    return [
        (facts.classes[is_], facts.classes[called], count)
        for is_, called, count in metrics.mix_ups(counts, most)
    ]
