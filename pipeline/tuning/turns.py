"""Who is answered next: visitors take turns, and who asks again takes his older question back.

Nothing in here waits or locks; `helpers` does both.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.settings.hyperparameters import SOLVED
from pipeline.tuning.messages import Question

_CURVE: Final = "curve"  # usually short, and somebody's hand is at the control
_MOST_STEPS: Final = 4  # for each training photo; more are no short work: usual are 10 / 32
_MOST_OF_ONE: Final = 6  # questions that a visitor may have at a time; more take the oldest back


def is_long(question: Question) -> bool:
    """Whether it keeps a process busy for longer than somebody waits for a usual curve."""
    config = question.settings
    steps = config.epochs / config.batch_size
    return question.kind != _CURVE or config.head == SOLVED or steps > _MOST_STEPS


@dataclass(eq=False, slots=True)
class Turn:
    """A question that waits, or has a seat.

    Attributes:
        whose: Which visitor asks; None on one's own computer.
        place: Where he asks; two windows of one visitor do not replace each other's questions.
        question: What he asks.
        answer: Becomes the answer.
        unwanted: Whether it was taken back; one at work leaves its seat when it has heard.
    """

    whose: str | None
    place: str
    question: Question
    answer: Future[Any] = field(default_factory=Future)
    unwanted: bool = False

    def replaces(self, older: Turn) -> bool:
        """Whether nobody waits for the older question once there is this one."""
        return (self.whose, self.place, self.question.kind) == (
            older.whose,
            older.place,
            older.question.kind,
        )


class Turns:
    """All questions that wait, and those at work at one of `seats`."""

    def __init__(self, seats: int) -> None:
        self._seats = seats
        self._waiting: list[Turn] = []
        self._at_work: list[Turn] = []
        self._served: dict[str | None, int] = {}  # when a visitor was last served, by a count
        self._count = 0

    def find(self, turn: Turn) -> Turn | None:
        """The very same question of the same place, where it is asked already and still wanted."""
        same = (older for older in self._all() if turn.replaces(older) and not older.unwanted)
        return next((older for older in same if older.question == turn.question), None)

    def add(self, turn: Turn) -> list[Turn]:
        """Take a question; the older ones that are taken back for it, waiting or at work."""
        back = self.drop(turn)
        mine = [older for older in self._all() if older.whose == turn.whose and not older.unwanted]
        extra = self._taken_back(mine[: max(0, len(mine) + 1 - _MOST_OF_ONE)])
        self._waiting.append(turn)
        return back + extra

    def drop(self, turn: Turn) -> list[Turn]:
        """The older questions that nobody waits for once there is this one."""
        return self._taken_back([older for older in self._all() if turn.replaces(older)])

    def take(self) -> Turn | None:
        """The next question to be worked on, if one may begin; free a seat for it with `leave`."""
        may = [turn for turn in self._waiting if self._may_begin(turn)]
        if not may:
            return None
        chosen = min(may, key=self._order)
        self._waiting.remove(chosen)
        self._at_work.append(chosen)
        self._count += 1
        self._served[chosen.whose] = self._count
        return chosen

    def leave(self, turn: Turn) -> None:
        """It is answered, or will not be."""
        self._at_work.remove(turn)
        if not self._waiting and not self._at_work:
            self._served.clear()  # visitors come and go

    def _taken_back(self, turns: list[Turn]) -> list[Turn]:
        for turn in turns:
            turn.unwanted = True
        self._waiting = [turn for turn in self._waiting if not turn.unwanted]
        return turns

    def _all(self) -> Iterator[Turn]:
        yield from self._at_work
        yield from self._waiting

    def _may_begin(self, turn: Turn) -> bool:
        """Whether a seat is free; long questions leave one to curves, if there are two."""
        if len(self._at_work) >= self._seats:
            return False
        long = sum(is_long(other.question) for other in self._at_work)
        return not is_long(turn.question) or long < max(1, self._seats - 1)

    def _order(self, turn: Turn) -> tuple[int, int]:
        """Who has fewest at work, then whose last turn was longest ago, then who came first."""
        mine = sum(other.whose == turn.whose for other in self._at_work)
        return mine, self._served.get(turn.whose, 0)
