"""Nine photos that tell most: they turn from wrong to right, or end wrong."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation.epoch_answers import EpochAnswers
from pipeline.evaluation.telling_photos import FIRST, MOST, at_first, choose

KEYS = np.random.default_rng(9).integers(2**63, size=200).astype(np.uint64)
TRUTH = np.arange(200) % 3


def some_answers(turning: int = 80, wrong: int = 20, epochs: int = 12) -> EpochAnswers:
    """The first photos turn right one after the other, the next stay wrong, the rest are right."""
    right = np.ones((epochs, 200), bool)
    turns = 1 + np.arange(turning) % (epochs - 1)
    right[:, :turning] = np.arange(epochs)[:, np.newaxis] >= turns
    right[:, turning : turning + wrong] = False
    called = np.where(right, TRUTH, (TRUTH + 1) % 3).astype(np.uint16)
    shares = np.random.default_rng(0).uniform(0.4, 1, called.shape).astype(np.float16)
    return EpochAnswers(called, shares)


def right_of(answers: EpochAnswers, photos: np.ndarray) -> np.ndarray:
    return (answers.called == TRUTH)[:, photos]


def test_most_of_them_turn_right_early_and_late_and_some_end_wrong() -> None:
    answers = some_answers()
    photos = choose(answers, TRUTH, KEYS, seed=0)
    right = right_of(answers, photos)
    assert len(set(photos.tolist())) == MOST == 9
    assert (~right[0] & right[-1]).sum() == 6
    assert (~right[-1]).sum() == 2
    assert right.all(axis=0).sum() == 1
    turns = (~right).sum(axis=0)[:6]
    assert turns.tolist() == sorted(turns) and turns[0] <= 2 and turns[-1] >= 10
    assert not right[-1, -2:].any()


def test_the_seed_decides_and_nothing_else() -> None:
    answers = some_answers()
    first, again, other = (choose(answers, TRUTH, KEYS, seed) for seed in (0, 0, 1))
    assert first.tolist() == again.tolist() != other.tolist()


def test_other_settings_are_watched_on_the_same_photos_while_these_tell_something() -> None:
    before = choose(some_answers(), TRUTH, KEYS, 0)
    faster = some_answers(epochs=5)
    assert sorted(choose(faster, TRUTH, KEYS, 0, before)) == sorted(before)
    right_at_once = some_answers(turning=0, wrong=20)
    assert sorted(choose(right_at_once, TRUTH, KEYS, 0, before)) == sorted(before)
    # What was chosen while nothing turned gives way to what does.
    answers = some_answers()
    steady = np.arange(150, 159)
    assert sorted(choose(answers, TRUTH, KEYS, 0, steady)) == sorted(before)


@pytest.mark.parametrize(
    "turning, wrong", [(0, 0), (0, 200), (200, 0), (3, 0), (3, 1), (1, 199), (0, 4)]
)
def test_there_are_nine_whatever_there_is_to_choose_from(turning: int, wrong: int) -> None:
    photos = choose(some_answers(turning, wrong), TRUTH, KEYS, 0)
    assert len(set(photos.tolist())) == 9


def test_before_a_second_epoch_those_that_may_still_turn_come_first() -> None:
    answers = some_answers(turning=150, wrong=0)
    first = EpochAnswers(answers.called[:1], answers.shares[:1])
    photos = choose(first, TRUTH, KEYS, 0)
    wrong = [photo for photo in photos if first.called[0, photo] != TRUTH[photo]]
    assert len(wrong) == 8
    most = first.shares[0, wrong].max()
    others = [photo for photo in range(150) if photo not in wrong]
    assert (first.shares[0, others] >= most).all()  # these are the least sure


def test_of_few_photos_all_are_watched() -> None:
    answers = some_answers()
    few = EpochAnswers(answers.called[:, 75:82], answers.shares[:, 75:82])
    photos = choose(few, TRUTH[75:82], KEYS[75:82], 0)
    assert sorted(photos.tolist()) == list(range(7))


def test_at_first_most_are_wrong_and_what_comes_later_changes_nothing() -> None:
    answers = some_answers()
    photos = at_first(answers, TRUTH, KEYS, seed=0)
    right = right_of(answers, photos)
    assert len(set(photos.tolist())) == FIRST == 8
    assert (~right[0]).tolist() == [True] * 6 + [False] * 2
    wrong = np.flatnonzero(answers.called[0] != TRUTH)
    surest = np.sort(answers.shares[0][wrong])[::-1][:3]
    assert answers.shares[0][photos[:3]].tolist() == surest.tolist()
    begun = EpochAnswers(answers.called[:1], answers.shares[:1])
    assert at_first(begun, TRUTH, KEYS, seed=0).tolist() == photos.tolist()
    assert at_first(answers, TRUTH, KEYS, seed=1).tolist()[3:] != photos.tolist()[3:]


def test_at_first_takes_what_there_is() -> None:
    sure = some_answers(turning=0, wrong=1)
    photos = at_first(sure, TRUTH, KEYS, seed=0)
    assert (~right_of(sure, photos)[0]).sum() == 1 and len(photos) == FIRST
    few = EpochAnswers(sure.called[:, :3], sure.shares[:, :3])
    assert sorted(at_first(few, TRUTH[:3], KEYS[:3], 0).tolist()) == [0, 1, 2]
