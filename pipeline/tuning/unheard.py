"""What could not be answered while somebody waited, until he asks again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.errors import Stopped
from pipeline.tuning.messages import Question
from pipeline.tuning.turns import Turn

_KEPT_S: Final = 2.0  # several looks of a page
_MOST: Final = 64

_Place = tuple[str | None, str, str]


@dataclass(slots=True)
class _Failure:
    question: Question
    error: Exception
    told: float  # when it was met, or last told


class Unheard:
    """The last error of each place and kind of question, for a short while; nothing locks here.

    Who asks without patience hears it and leaves it: he only looks, and whoever sent him asks next.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing has failed yet.

        Args:
            clock: Seconds.
        """
        self._clock = clock
        self._failures: OrderedDict[_Place, _Failure] = OrderedDict()

    def put(self, turn: Turn, error: Exception) -> None:
        """Keep why a question was not answered, unless that was taken back."""
        if not isinstance(error, Stopped):
            self._failures[_place(turn)] = _Failure(turn.question, error, self._clock())
            self._failures.move_to_end(_place(turn))
        if len(self._failures) > _MOST:
            self._failures.popitem(last=False)

    def look(self, turn: Turn) -> Exception | None:
        """Why the very same question was not answered lately."""
        found = self._failures.get(_place(turn))
        if found is None or found.question != turn.question:
            return None
        if self._clock() - found.told > _KEPT_S:
            self.forget(turn)
            return None
        found.told = self._clock()
        return found.error

    def forget(self, turn: Turn) -> None:
        """It was heard; asked again, it is tried again: features may be there by then."""
        found = self._failures.get(_place(turn))
        if found is not None and found.question == turn.question:
            del self._failures[_place(turn)]


def _place(turn: Turn) -> _Place:
    return turn.whose, turn.place, turn.question.kind
