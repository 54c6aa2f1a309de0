"""What is read out: whole, short, and without Markdown."""

from __future__ import annotations

from pipeline.wording import spoken


def test_an_answer_has_its_photo_its_name_and_how_sure_it_is() -> None:
    assert spoken.answer("rex.jpg", "dogs", 0.984) == "rex.jpg: dogs, 98.4 %"
    assert spoken.answer("rex.jpg", "Not sure", None) == "rex.jpg: Not sure"


def test_many_answers_are_counted() -> None:
    assert spoken.answers(3, "cats: 2, dogs: 1") == "3 answers. cats: 2, dogs: 1"


def test_a_point_has_both_figures_and_its_place() -> None:
    figures = [("Validation accuracy", "97.2 %"), ("Validation loss", "0.081")]
    said = "Validation accuracy 97.2 %, validation loss 0.081"
    assert spoken.point(figures, "epoch 4") == f"{said}; epoch 4"
    assert spoken.point(figures) == said


def test_a_training_begins_and_ends() -> None:
    assert spoken.at_work("run 3") == "run 3: training."
    assert spoken.ended("run 3", "finished", "98 % were right.") == (
        "run 3: training finished. 98 % were right."
    )
    assert spoken.ended("run 3", "failed") == "run 3: training failed."


def test_how_it_is_with_some_work() -> None:
    assert spoken.job("Colours", "stopped") == "Colours: stopped."
