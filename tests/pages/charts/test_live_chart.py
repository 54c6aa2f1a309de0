"""The chart of the bench, as the data that it gets."""

from __future__ import annotations

from dataclasses import replace

from pages.ui.charts.live_chart import GHOST, NOW, Line, Number, content
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION


def bare(accuracy: float) -> Line:
    """A line of one point."""
    return replace(line(accuracy), initial=None)


NUMBERS = [Number("Validation accuracy", "90 %", "best: epoch 2")]


def line(*accuracies: float, loss: float = 0.3, kind: str = NOW) -> Line:
    epochs = [
        Epoch(FEATURE_EXTRACTION, number, loss, accuracy, loss, accuracy, 0.1)
        for number, accuracy in enumerate(accuracies, 1)
    ]
    return Line("1", "Now", epochs, kind, "#178F8A", initial={"loss": 0.7, "accuracy": 0.5})


def test_the_untrained_head_stands_at_0_and_has_no_training_scores() -> None:
    (drawn,) = content([line(0.8, 0.9)], NUMBERS, planned=2)["lines"]
    assert drawn["x"] == [0, 1, 2]
    assert drawn["values"]["val_accuracy"] == [0.5, 0.8, 0.9]
    assert drawn["values"]["accuracy"] == [None, 0.8, 0.9]


def test_axes_end_at_round_places_and_seldom_move() -> None:
    one, other = (content([line(low, 0.99)], NUMBERS, planned=2)["charts"] for low in (0.91, 0.94))
    assert [chart["range"] for chart in one] == [[0.9, 1.0], [0.0, 0.5]]
    assert one == [{**chart, "alt": old["alt"]} for chart, old in zip(other, one, strict=True)]
    (accuracy, _) = content([line(0.1)], NUMBERS, planned=2)["charts"]
    assert accuracy["range"] == [0.0, 1.0]


def test_a_far_first_epoch_does_not_squeeze_the_rest() -> None:
    epochs = line(*[0.9] * 20).epochs
    wild = [Epoch(FEATURE_EXTRACTION, 1, 90.0, 0.5, 90.0, 0.5, 0.1), *epochs[1:]]
    (_, loss) = content([Line("1", "Now", wild, NOW, "#178F8A")], NUMBERS, planned=20)["charts"]
    assert loss["range"] == [0.0, 0.5]


def test_the_axis_reaches_as_far_as_is_planned() -> None:
    found = content([line(0.8, kind=GHOST)], NUMBERS, planned=20, switch=10, coming=True)
    assert (found["first"], found["last"], found["switch"]) == (0, 20, 10)
    assert content([line(*[0.8] * 30)], NUMBERS, planned=20)["last"] == 30


def test_the_words_tell_the_front_curve_and_the_mark_what_is_drawn() -> None:
    back, front = line(0.5, kind=GHOST), line(0.8, 0.9)
    found = content([back, front], NUMBERS, planned=2)
    assert found["charts"][0]["alt"].startswith("Accuracy over 2 epochs: validation from 0.800")
    assert content([], [], planned=2)["charts"][0]["alt"].endswith("no epoch is finished yet.")
    assert found["mark"] == content([back, front], NUMBERS, planned=2)["mark"]
    assert found["mark"] != content([front], NUMBERS, planned=2)["mark"]


def test_the_places_along_an_axis_are_round() -> None:
    for low, expected in ((0.85, 0.05), (0.65, 0.1), (0.45, 0.1), (0.92, 0.02), (0.96, 0.01)):
        (accuracy, _) = content([bare(low)], NUMBERS, planned=1)["charts"]
        ticks = accuracy["ticks"]
        assert round(ticks[1] - ticks[0], 4) == expected, low
        assert (ticks[0], ticks[-1]) == tuple(accuracy["range"])
