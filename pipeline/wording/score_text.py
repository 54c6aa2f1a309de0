"""A run's score in words: by all photos of a small set, or by its test photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.evaluation.run_score import (
    CROSS_VALIDATED_BELOW,
    is_cross_validated,
    is_of_all,
    is_of_few,
    is_without_test,
)
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers

Score = Mapping[str, float]
_UNSEALED: Final = " outside the sealed test"
_JUDGED: Final = "each by a network trained without it"
OF_TWO_KINDS: Final = (
    "Some of these scores come from all photos of a set, others from test photos alone: held "
    "against each other are the answers about the test photos, which all of them have."
)

OF_BOTH: Final = (
    "The curve is that of a head on the training photos alone, held against the validation photos; "
    "the one that was kept has then learned from both."
)


def judges(score: Score | None) -> str:
    """Which photos a score comes from, as a heading: `All photos`, `Test photos`."""
    if score is None or not is_cross_validated(score):
        return "Test photos"
    return "Unsealed photos" if is_without_test(score) else "All photos"


def judged(score: Score, config: TrainConfig | None = None) -> str:
    """Which photos a score comes from: `all 48 photos`, `5 test photos`.

    Args:
        score: Of a run.
        config: The run's settings, where it shall be said if the score is of an earlier network:
            `all 48 photos before fine-tuning`.
    """
    photos = int(score["photos"])
    if is_cross_validated(score):
        unsealed = _UNSEALED if is_without_test(score) else ""
        return f"all {numbers.photos(photos)}{unsealed}{before(score, config)}"
    return numbers.plural(photos, "test photo")


def scenes(score: Score) -> str:
    """`, of which 40 different scenes`; empty where all differ, and in runs of earlier versions."""
    known = int(score["scenes"]) if "scenes" in score else None
    return numbers.scenes(int(score["photos"]), known)


def before(score: Score, config: TrainConfig | None) -> str:
    """` before fine-tuning` where a score is not of the very network that a run ended with."""
    is_another = config is not None and is_cross_validated(score) and not is_of_all(config)
    return _before(config) if config is not None and is_another else ""


def verdict(score: Score | None, config: TrainConfig | None = None) -> str:
    """What came of a run, in a sentence.

    Args:
        score: Of the run.
        config: See `judged`.
    """
    if score is None:
        return "This run has no test result."
    by_folds, alike = is_cross_validated(score), scenes(score)
    unseen = "" if by_folds else " that it had never seen"
    judged_by = f", {_JUDGED}" if by_folds else ""
    return (
        f"{of_what(score, config)}{unseen}{alike and f'{alike},'} were predicted correctly "
        f"({_ends(score)}){judged_by}."
    )


def planned(config: TrainConfig, sizes: Mapping[str, int], in_turns: bool, is_sealed: bool) -> str:
    """Which photos a training learns from and is judged by, in Markdown.

    Args:
        config: Its settings.
        sizes: How many photos each split has.
        in_turns: Whether all photos of a small set judge, as they do but for a training that
            starts from a run that was tuned on some of them.
        is_sealed: Whether the test photos are sealed.
    """
    training, validation, test = (
        sizes.get(split, 0) for split in ("training", "validation", "test")
    )
    every = training + validation + test
    if in_turns and is_of_all(config) and every < CROSS_VALIDATED_BELOW:
        judges = f"**{every - test:,}**{_UNSEALED}" if is_sealed else f"**{every:,}**"
        return f"Train **{training + validation:,}**, judged by all {judges}, {_JUDGED}."
    tested = f"**{test:,}**" if test else "none kept"
    sealed = ", sealed" if test and is_sealed else ""
    return f"Train **{training:,}** · Validation **{validation:,}** · Test {tested}{sealed}"


def foretold(photos: int, scenes: int | None, tests: int | None, without_test: bool = False) -> str:
    """Which photos will judge a training, and how many more would tell twice as much.

    Args:
        photos: How many will judge a head that is computed.
        scenes: How many different scenes they show; None where nobody knows.
        tests: How many test photos are among them, which alone judge other trainings; None where
            they judge every one.
        without_test: Whether the test photos are sealed and not among them: they judge one run,
            once.
    """
    alike = numbers.scenes(photos, scenes)
    if tests is None:
        told = f"There are {numbers.plural(photos, 'test photo')}{alike}"
        return f"{told}; four times as many halve that range."
    unsealed = _UNSEALED if without_test else ""
    if not tests:
        others = "Other trainings have no test photos to be judged by."
    elif without_test:
        sealed = numbers.plural(tests, "sealed test photo judges", "sealed test photos judge")
        others = f"The {sealed} one run, once."
    else:
        judge = numbers.plural(tests, "test photo")
        others = f"Other trainings are judged by the {judge} alone, so less surely."
    return (
        f"A Quick training is judged by all {numbers.photos(photos)}{unsealed}{alike}, {_JUDGED}; "
        f"four times as many halve that range. {others}"
    )


def in_short(score: Score, config: TrainConfig | None = None) -> str:
    """The same in a few words: `97.9 % of 192 test photos (likely 94.8 to 99.2 %)`."""
    return f"{of_what(score, config)}{scenes(score)} ({_ends(score)})"


def with_ends(score: Score) -> str:
    """The share predicted correctly with its interval alone: `97.9 % (94.8 to 99.2)`."""
    ends = numbers.interval(score["low"], score["high"])
    return f"{numbers.percent(score['accuracy'])} ({ends})"


def of_what(score: Score, config: TrainConfig | None = None) -> str:
    """The share predicted correctly without its interval: `97.9 % of 48 test photos`."""
    return f"{numbers.percent(score['accuracy'])} of {judged(score, config)}"


def in_table(score: Score) -> str:
    """A score in a table's cell: `91.7 (70 to 99)`; of a few test photos `1 of 2`."""
    if is_of_few(score):
        photos = int(score["photos"])
        return numbers.progress(round(score["accuracy"] * photos), photos, "")
    ends = numbers.interval(score["low"], score["high"])
    return f"{numbers.percentage(score['accuracy']):.1f} ({ends})"


def all_of(config: TrainConfig, cross_validation: Score | None) -> str:
    """All photos of a run's set as a choice of photos to look at."""
    unsealed = _UNSEALED if is_without_test(cross_validation) else ""
    before = "" if is_of_all(config) else _before(config)
    return f"All photos of its set{unsealed}{before}, {_JUDGED}"


def beside(config: TrainConfig, test: Score | None, cross_validation: Score | None) -> str:
    """What the other score of a run says, where it has two; empty where it has not.

    Args:
        config: The run's settings.
        test: Of its test photos.
        cross_validation: Of all photos of its set.
    """
    if cross_validation is None:
        return ""
    # Two photos say nothing more, unless they were kept for the end on purpose.
    if is_of_few(test) and not is_without_test(cross_validation):
        return ""
    if not is_of_all(config):
        what = _before(config).strip().capitalize()
        said = f"{what}: {in_short(cross_validation)}, {_JUDGED}."
        return f"{said} The score above is that of the final network." if test else said
    if test is None:
        return ""
    unsealed = _UNSEALED if is_without_test(cross_validation) else ""
    return (
        f"That is the score of all photos{unsealed}; the {judged(test)} alone, which the "
        f"final network never saw, say {numbers.percent(test['accuracy'])} ({_ends(test)})."
    )


def _before(config: TrainConfig) -> str:
    """What a cross-validated score is of where it is not of the very network."""
    return " before fine-tuning" if config.fine_tune_epochs else " with a computed head"


def _ends(score: Score) -> str:
    return f"likely {numbers.interval(score['low'], score['high'])} %"
