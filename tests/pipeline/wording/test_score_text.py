from __future__ import annotations

import pytest

from pipeline.evaluation.run_score import WITHOUT_TEST
from pipeline.settings.hyperparameters import SOLVED, STEPPED
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import score_text

TEST = {"loss": 0.3, "accuracy": 0.8, "low": 0.38, "high": 0.96, "photos": 5}
MANY = TEST | {"photos": 40, "low": 0.65, "high": 0.9}
ALL = {"loss": 0.2, "accuracy": 23 / 24, "low": 0.86, "high": 0.984, "photos": 48, "folds": 5}
QUICK = TrainConfig(head=SOLVED, fine_tune_epochs=0)


def test_a_score_says_which_photos_it_comes_from() -> None:
    assert score_text.judged(ALL) == "all 48 photos"
    assert score_text.judged(TEST) == "5 test photos"
    assert score_text.of_what(ALL) == "95.8 % of all 48 photos"
    said = score_text.verdict(ALL)
    assert said == (
        "95.8 % of all 48 photos were predicted correctly (likely 86 to 98 %), each by a network "
        "trained without it."
    )
    assert score_text.verdict(TEST) == (
        "80.0 % of 5 test photos that it had never seen were predicted correctly "
        "(likely 38 to 96 %)."
    )
    assert score_text.verdict(None) == "This run has no test result."


def test_a_score_that_leaves_a_sealed_test_out_says_so_wherever_it_is_named() -> None:
    sealed = ALL | {WITHOUT_TEST: 1}
    assert score_text.judged(sealed) == "all 48 photos outside the sealed test"
    assert score_text.judges(sealed) == "Unsealed photos"
    assert [score_text.judges(one) for one in (ALL, TEST, None)] == [
        "All photos",
        "Test photos",
        "Test photos",
    ]
    assert "outside the sealed test, each by a network" in score_text.all_of(QUICK, sealed)
    assert "all photos outside the sealed test; the 5" in score_text.beside(QUICK, TEST, sealed)


def test_before_the_start_it_says_who_judges() -> None:
    sizes = {"training": 38, "validation": 4, "test": 5}
    quick = score_text.planned(QUICK, sizes, in_turns=True, is_sealed=False)
    assert quick.startswith("Train **42**, judged by all **47**, each by a network")
    sealed = score_text.planned(QUICK, sizes, in_turns=True, is_sealed=True)
    assert "judged by all **42** outside the sealed test, each" in sealed
    told = "Train **38** · Validation **4** · Test "
    further = score_text.planned(QUICK, sizes, in_turns=False, is_sealed=False)
    assert further == f"{told}**5**"
    stepped = score_text.planned(TrainConfig(), sizes, in_turns=True, is_sealed=True)
    assert stepped == f"{told}**5**, sealed"
    large = score_text.planned(QUICK, {"training": 1000}, in_turns=True, is_sealed=False)
    assert large.endswith("Test none kept")


def test_which_photos_will_judge_is_told_before_any_training() -> None:
    assert score_text.foretold(43, 40, 5) == (
        "A Quick training is judged by all 43 photos, of which 40 different scenes, each by "
        "a network trained without it; four times as many halve that range. Other trainings are "
        "judged by the 5 test photos alone, so less surely."
    )
    assert score_text.foretold(43, None, 0).endswith("have no test photos to be judged by.")
    assert score_text.foretold(200, 200, None) == (
        "There are 200 test photos; four times as many halve that range."
    )


def test_a_sealed_test_judges_one_run_once() -> None:
    said = score_text.foretold(38, 35, 5, without_test=True)
    assert "judged by all 38 photos outside the sealed test, of which 35 different scenes" in said
    assert said.endswith("The 5 sealed test photos judge one run, once.")
    assert "alone" not in said


def test_a_result_shows_both_ends_of_its_interval() -> None:
    assert score_text.in_short(ALL) == "95.8 % of all 48 photos (likely 86 to 98 %)"
    few = {"accuracy": 1.0, "low": 0.7225, "high": 1.0, "photos": 10}
    assert score_text.in_short(few) == "100.0 % of 10 test photos (likely 72 to 100 %)"
    many = {"accuracy": 1999 / 2000, "low": 0.99725, "high": 0.99996, "photos": 2000}
    assert score_text.in_short(many) == "99.9 % of 2,000 test photos (likely 99.7 to 99.9 %)"


def test_photos_of_one_scene_are_told_beside_the_interval() -> None:
    bursts = {"accuracy": 0.95, "low": 0.852, "high": 0.9897, "photos": 200, "scenes": 40}
    assert score_text.verdict(bursts) == (
        "95.0 % of 200 test photos that it had never seen, of which 40 different scenes, were "
        "predicted correctly (likely 85 to 99 %)."
    )
    assert score_text.in_short(bursts) == (
        "95.0 % of 200 test photos, of which 40 different scenes (likely 85 to 99 %)"
    )
    assert "scenes" not in score_text.verdict(bursts | {"scenes": 200})
    assert "10 different scenes, were predicted" in score_text.verdict(ALL | {"scenes": 10})


def test_where_there_are_two_scores_it_says_which_is_shown() -> None:
    said = score_text.beside(QUICK, MANY, ALL)
    assert said.startswith("That is the score of all photos; the 40 test photos alone")
    assert "80.0 %" in said
    assert score_text.beside(QUICK, TEST, ALL) == "", "five photos say nothing more"
    assert score_text.beside(QUICK, None, ALL) == ""


@pytest.mark.parametrize(
    ("config", "begins"),
    [
        (TrainConfig(head=SOLVED, fine_tune_epochs=5), "Before fine-tuning: 95.8 % of all 48"),
        (TrainConfig(head=STEPPED, fine_tune_epochs=0), "With a computed head: 95.8 % of all 48"),
    ],
)
def test_what_is_not_of_the_very_network_is_called_so(config: TrainConfig, begins: str) -> None:
    said = score_text.beside(config, MANY, ALL)
    assert said.startswith(begins)
    assert said.endswith("The score above is that of the final network.")
    assert "above" not in score_text.beside(config, None, ALL)
    assert score_text.all_of(config, ALL) != score_text.all_of(QUICK, ALL)


def test_a_run_of_one_score_says_no_more() -> None:
    assert score_text.beside(QUICK, TEST, None) == ""


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (QUICK, "95.8 % of all 48 photos"),
        (TrainConfig(fine_tune_epochs=5), "95.8 % of all 48 photos before fine-tuning"),
        (TrainConfig(head=STEPPED, fine_tune_epochs=0), "95.8 % of all 48 photos with a computed"),
    ],
)
def test_a_score_of_an_earlier_network_says_so(config: TrainConfig, told: str) -> None:
    assert score_text.of_what(ALL, config).startswith(told)
    assert score_text.in_short(ALL, config).startswith(told)
    assert score_text.verdict(ALL, config).startswith(told)
    assert "before" not in score_text.verdict(TEST, config)


def test_in_a_table_a_few_test_photos_are_counted() -> None:
    assert score_text.in_table(TEST) == "4 of 5"
    assert score_text.in_table(MANY) == "80.0 (65 to 90)"
    assert score_text.in_table(ALL) == "95.8 (86 to 98)"
