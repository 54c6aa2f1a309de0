"""What is read out to those who do not see the page: results, epochs, ends; never Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.wording import numbers


def answer(photo: str, name: str, probability: float | None) -> str:
    """What a photo is taken for: `rex.jpg: dogs, 98.4 %`.

    Args:
        photo: The file's name.
        name: What Classify calls it; "Not sure" and the like, too.
        probability: Of that class, 0 to 1; None where it gets no class.
    """
    sure = "" if probability is None else f", {numbers.percent(probability)}"
    return f"{photo}: {name}{sure}"


def answers(photos: int, counted: str) -> str:
    """What several photos are taken for: `3 answers. cats: 2, dogs: 1`."""
    return f"{numbers.plural(photos, 'answer')}. {counted}"


def point(figures: Sequence[tuple[str, str]], at: str = "") -> str:
    """Where a curve stands: `Validation accuracy 97.2 %, validation loss 0.081; epoch 4`.

    Args:
        figures: Each with its name.
        at: What is to be known about them, such as the epoch.
    """
    said = ", ".join(f"{name} {value}" for name, value in figures)
    said = said[:1].upper() + said[1:].lower()
    return f"{said}; {at}" if at else said


def at_work(name: str) -> str:
    """That a training has been asked for."""
    return f"{name}: training."


def ended(name: str, how: str, verdict: str = "") -> str:
    """That a training has ended.

    Args:
        name: The run's.
        how: In a word: finished, stopped, failed.
        verdict: Its score in a sentence, where it has one.
    """
    return " ".join(filter(None, [f"{name}: training {how}.", verdict]))


def job(title: str, how: str) -> str:
    """How it is with some work, in a word, such as `Colours: stopped`."""
    return f"{title}: {how}."
