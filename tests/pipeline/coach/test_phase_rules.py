"""Rules about phases: more epochs, and what fine-tuning brought or cost."""

from __future__ import annotations

from pipeline.coach.advice import advice
from pipeline.settings.train_config import TrainConfig
from tests.pipeline.coach.recorded_advice import by_kind
from tests.recorded_curves import PETS, curves, rows


def test_the_evidence_has_the_numbers_of_the_curve() -> None:
    found = by_kind("the tutorial's first phase alone")
    assert found["more_epochs"].evidence == (
        "Validation loss fell from 0.23 in epoch 5 to 0.15 in epoch 10 and had not levelled off."
    )
    assert found["more_epochs"].epochs == (5, 10)
    assert found["more_epochs"].change == {"epochs": 20}
    assert found["more_epochs"].button == "Train again with 20 epochs"
    assert found["validation_above"].change is None
    lost = by_kind("fine-tuning forgot")["fine_tuning_lost"].evidence
    assert lost.startswith("Validation accuracy went from 9") and "could be luck" in lost


def test_why_fine_tuning_lost_decides_what_to_change() -> None:
    forgot = by_kind("fine-tuning forgot")["fine_tuning_lost"]
    assert forgot.change == {"fine_tune_learning_rate": 1e-6}
    by_heart = by_kind("fine-tuning learned by heart and lost")["fine_tuning_lost"]
    assert by_heart.change == {"views": 16}
    solved = by_kind("fine-tuning behind a solved head lost")["fine_tuning_lost"]
    assert solved.change == {"fine_tune_at": 130}  # it has eight views already


def test_at_the_ends_of_the_ranges_there_is_no_button() -> None:
    points = curves("", rows(" | ".join(f".5 .9 {0.9 * 0.8**step} .9" for step in range(100))))
    config = TrainConfig(fine_tune_epochs=100)
    assert advice(config, points[:100], PETS) == ()  # it has levelled off
    falling = curves("", rows(" | ".join(f".5 .9 {9.0 - 0.08 * step} .9" for step in range(100))))
    (piece,) = advice(config, falling, PETS)
    assert piece.kind == "more_epochs" and piece.change is None and not piece.button
