"""Visitors take turns, and nobody computes what nobody waits for."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.messages import Question
from pipeline.tuning.turns import Turn, Turns


def asked(
    whose: str | None, seed: int = 0, place: str = "", kind: str = "curve", **settings: Any
) -> Turn:
    config = TrainConfig(seed=seed, **settings)
    return Turn(whose, place, Question(kind, "set", config.to_json(), {}))


def served(turns: Turns, count: int) -> list[str | None]:
    """Who is answered, one after the other."""
    order = []
    for _ in range(count):
        turn = turns.take()
        assert turn is not None
        turns.leave(turn)
        order.append(turn.whose)
    return order


def test_the_newest_question_takes_the_older_one_back() -> None:
    turns = Turns(1)
    first, second, third = (asked("ann", number) for number in range(3))
    assert turns.add(first) == []
    assert turns.take() is first
    assert turns.add(second) == [first]  # at work: its seat is free when it has heard
    assert turns.take() is None
    assert turns.add(third) == [first, second]
    turns.leave(first)
    assert turns.take() is third
    turns.leave(third)
    assert turns.take() is None


def test_other_windows_visitors_and_kinds_stay() -> None:
    turns = Turns(1)
    turns.add(asked("ann"))
    others = [asked("ben"), asked("ann", place="other window"), asked("ann", kind="landscape")]
    assert [turns.add(one) for one in others] == [[], [], []]


def test_the_same_question_is_asked_once() -> None:
    turns = Turns(1)
    first = asked("ann", 7)
    turns.add(first)
    assert turns.find(asked("ann", 7)) is first
    assert turns.find(asked("ann", 8)) is None
    assert turns.find(asked("ben", 7)) is None
    assert turns.take() is first
    assert turns.find(asked("ann", 7)) is first


def test_nobody_waits_longer_for_one_who_asks_much() -> None:
    turns = Turns(1)
    for window in range(5):
        turns.add(asked("ann", place=str(window)))
    turns.add(asked("ben"))
    turns.add(asked("cleo"))
    order = served(turns, 7)
    assert set(order[:3]) == {"ann", "ben", "cleo"}
    assert order[3:] == ["ann"] * 4


def test_ten_who_ask_all_the_time_are_served_alike() -> None:
    """Each asks again at once; one of them from five windows."""
    turns = Turns(2)
    places = [("0", str(window)) for window in range(5)] + [(str(n), "") for n in range(1, 10)]
    for whose, place in places:
        turns.add(asked(whose, place=place))
    counts = dict.fromkeys(map(str, range(10)), 0)
    for _ in range(100):
        at_work = [turns.take(), turns.take()]
        assert turns.take() is None
        for turn in at_work:
            assert turn is not None
            turns.leave(turn)
            counts[str(turn.whose)] += 1
            turns.add(asked(turn.whose, place=turn.place))
    assert set(counts.values()) == {20}


def test_one_visitor_does_not_take_all_seats_while_others_wait() -> None:
    turns = Turns(2)
    turns.add(asked("ann", place="a"))
    turns.add(asked("ann", place="b"))
    first = turns.take()
    turns.add(asked("ben"))
    second = turns.take()
    assert first is not None
    assert second is not None
    assert (first.whose, second.whose) == ("ann", "ben")


@pytest.mark.parametrize(
    "long",
    [{"kind": "landscape"}, {"head": SOLVED}, {"epochs": 100, "batch_size": 4}],
    ids=lambda long: "+".join(long),
)
def test_long_questions_leave_a_seat_to_curves(long: dict[str, Any]) -> None:
    turns = Turns(2)
    for whose in ("ann", "ben"):
        turns.add(asked(whose, **long))
    assert turns.take() is not None
    assert turns.take() is None
    turns.add(asked("cleo"))
    curve = turns.take()
    assert curve is not None
    assert curve.whose == "cleo"
    alone = Turns(1)
    alone.add(asked("ann", **long))
    assert alone.take() is not None


def test_a_visitor_has_so_many_questions_and_no_more() -> None:
    turns = Turns(1)
    many = [asked("ann", place=str(window)) for window in range(7)]
    back = [turns.add(one) for one in many]
    assert back == [[]] * 6 + [[many[0]]]


def test_a_question_that_was_taken_back_is_asked_anew_when_it_comes_again() -> None:
    """A control goes from A to B and back to A before anybody has answered."""
    turns = Turns(1)
    first, other, again = asked("ann", 1), asked("ann", 2), asked("ann", 1)
    turns.add(first)
    assert turns.take() is first
    turns.add(other)
    assert turns.find(again) is None
    assert turns.add(again) == [first, other]
    assert turns.find(asked("ann", 1)) is again
    turns.leave(first)
    assert turns.take() is again


def test_one_that_gave_way_to_the_limit_is_asked_anew_too() -> None:
    turns = Turns(1)
    many = [asked("ann", place=str(window)) for window in range(7)]
    for one in many[:6]:
        turns.add(one)
    assert turns.take() is many[0]
    assert turns.add(many[6]) == [many[0]]
    assert turns.find(asked("ann", place="0")) is None
