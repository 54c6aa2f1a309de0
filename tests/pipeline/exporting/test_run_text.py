"""A run in words, from facts that a test chose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.evaluation.run_score import WITHOUT_TEST
from pipeline.exporting import report_page, run_text
from pipeline.exporting.run_facts import RunFacts
from pipeline.settings.hyperparameters import SOLVED
from pipeline.wording.sealed_text import SEALED

# Cats are called cats; of four dogs one is called a cat and two are called newts.
TRUTH = np.array([0, 0, 1, 1, 1, 1, 2])
CALLED = np.array([0, 0, 1, 0, 2, 2, 2])


def told(facts: RunFacts) -> RunFacts:
    shares = np.eye(3, dtype=np.float32)[CALLED]
    return replace(facts, classes=("cat", "dog", "newt"), truth=TRUTH, probabilities=shares)


def test_the_verdict_has_its_interval_and_what_it_means(facts: RunFacts) -> None:
    test = {"accuracy": 0.75, "photos": 4, "low": 0.3006, "high": 0.9544, "loss": 0.3}
    assert run_text.verdict(replace(facts, test=test)) == (
        "75.0 % of 4 test photos that it had never seen were predicted correctly "
        "(likely 30 to 95 %). The true value lies between these ends with 95 % confidence."
    )
    assert run_text.verdict(replace(facts, test=None)) == "This run has no test result."


def test_rows_are_what_photos_are(facts: RunFacts) -> None:
    counts = run_text.matrix(told(facts))
    assert counts is not None
    assert counts.tolist() == [[2, 0, 0], [1, 1, 2], [0, 0, 1]]


def test_the_most_frequent_mix_up_comes_first(facts: RunFacts) -> None:
    assert run_text.mix_ups(told(facts), 5) == [("dog", "newt", 2), ("dog", "cat", 1)]
    assert run_text.mix_ups(told(facts), 1) == [("dog", "newt", 2)]


def test_every_class_has_its_scores(facts: RunFacts) -> None:
    scores = dict(run_text.scores_by_class(told(facts)))
    assert list(scores) == ["cat", "dog", "newt"]
    assert (scores["dog"].support, scores["dog"].recall.count) == (4, 1)


def test_without_answers_there_is_nothing_to_tell(facts: RunFacts) -> None:
    bare = replace(facts, truth=None, probabilities=None)
    assert run_text.matrix(bare) is None
    assert run_text.mix_ups(bare, 5) == []
    assert run_text.scores_by_class(bare) == []


def test_near_copies_are_said_beside_the_score(facts: RunFacts) -> None:
    test = {"accuracy": 0.75, "photos": 4, "low": 0.3, "high": 0.95, "loss": 0.3, "near_copies": 2}
    assert run_text.verdict(replace(facts, test=test)).endswith(
        "2 of these 4 test photos have a near copy among the photos it learned from, so expect "
        "less on other photos."
    )


def test_all_photos_that_judged_it_go_first(facts: RunFacts) -> None:
    test = {"accuracy": 0.75, "photos": 24, "low": 0.55, "high": 0.88, "loss": 0.3}
    by_folds = {"accuracy": 0.9, "photos": 40, "low": 0.77, "high": 0.96, "loss": 0.3, "folds": 5}
    config = replace(facts.config, head=SOLVED, epochs=1, fine_tune_epochs=0)
    quick = replace(facts, config=config, test=test, cross_validation=by_folds)
    said = run_text.verdict(quick)
    assert said.startswith("90.0 % of all 40 photos were predicted correctly (likely 77")
    assert "the 24 test photos alone" in said
    assert (quick.judges, facts.judges) == ("All photos", "Test photos")
    tuned = replace(facts, test=test, cross_validation=by_folds)
    said = run_text.verdict(tuned)
    assert said.startswith("75.0 % of 24 test photos that it had never seen")
    assert "Before fine-tuning: 90.0 % of all 40 photos" in said


def test_under_a_seal_the_photos_outside_the_test_tell_and_that_is_said(facts: RunFacts) -> None:
    by_folds = {"accuracy": 0.9, "photos": 40, "low": 0.77, "high": 0.96, "loss": 0.3, "folds": 5}
    by_folds[WITHOUT_TEST] = 1
    config = replace(facts.config, head=SOLVED, epochs=1, fine_tune_epochs=0)
    sealed = replace(facts, config=config, test=None, is_sealed=True)
    quick = replace(sealed, cross_validation=by_folds)
    said = run_text.verdict(quick)
    assert said.startswith(
        "90.0 % of all 40 photos outside the sealed test were predicted correctly (likely 77"
    )
    assert said.endswith(SEALED)
    assert quick.judges == "Unsealed photos"
    assert run_text.verdict(sealed) == SEALED


def test_uneven_classes_are_told_without_a_name_that_a_format_could_stumble_over(
    facts: RunFacts,
) -> None:
    test = {"accuracy": 0.95, "photos": 80, "low": 0.88, "high": 0.98, "loss": 0.3}
    uneven = {
        "balanced_accuracy": 0.5,
        "worst_class": 1,
        "worst_recall": 0.0,
        "worst_photos": 4,
    }
    told_of = replace(facts, test=test | uneven)
    assert run_text.verdict(told_of).endswith("Lowest recall: 0 of 4 photos.")
    page = report_page.page(replace(told_of, classes=("cat", "<b>dog</b>")))
    assert "Balanced accuracy" in page and "50.0 %" in page
    assert "&lt;b&gt;dog&lt;/b&gt;: 0.0 %" in page
