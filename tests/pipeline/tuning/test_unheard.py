"""An error that came after somebody's patience waits for him, and not for long."""

from __future__ import annotations

import pytest

from pipeline.errors import JobError, NotReady, Stopped
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.messages import Question
from pipeline.tuning.turns import Turn
from pipeline.tuning.unheard import Unheard

ERROR = NotReady("Not prepared.")


def asked(seed: int = 0, whose: str = "ann", place: str = "", kind: str = "curve") -> Turn:
    return Turn(whose, place, Question(kind, "set", TrainConfig(seed=seed).to_json(), {}))


class Clock:
    """Stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def unheard(clock: Clock) -> Unheard:
    made = Unheard(clock)
    made.put(asked(), ERROR)
    return made


def test_it_waits_for_the_very_same_question(unheard: Unheard) -> None:
    assert unheard.look(asked()) is ERROR
    others = [asked(1), asked(whose="ben"), asked(place="window"), asked(kind="landscape")]
    assert [unheard.look(other) for other in others] == [None] * 4
    assert unheard.look(asked()) is ERROR


def test_once_heard_it_is_gone(unheard: Unheard) -> None:
    unheard.forget(asked(1))
    assert unheard.look(asked()) is ERROR
    unheard.forget(asked())
    assert unheard.look(asked()) is None


def test_it_is_kept_a_little_longer_than_somebody_looks(unheard: Unheard, clock: Clock) -> None:
    for clock.now in (1.5, 3.0):
        assert unheard.look(asked()) is ERROR
    clock.now = 5.1
    assert unheard.look(asked()) is None
    clock.now = 3.0
    assert unheard.look(asked()) is None


def test_what_was_taken_back_is_no_error(unheard: Unheard) -> None:
    unheard.put(asked(1), Stopped("Newer settings."))
    assert unheard.look(asked(1)) is None
    assert unheard.look(asked()) is ERROR


def test_the_last_of_a_place_and_64_places_are_kept(unheard: Unheard) -> None:
    newer = JobError("It died.")
    unheard.put(asked(1), newer)
    assert unheard.look(asked()) is None
    for place in range(63):
        unheard.put(asked(place=f"window {place}"), ERROR)
    assert unheard.look(asked(1)) is newer
    unheard.put(asked(place="one more"), ERROR)
    assert unheard.look(asked(1)) is None
    assert unheard.look(asked(place="window 0")) is ERROR
