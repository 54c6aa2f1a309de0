"""Whoever asks kept features something asks here; a few light processes answer.

They are started when somebody asks, again when they were killed, and end when nobody asks for a
while, or with the process that asks.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as TooSlow
from typing import Any, Final

from pipeline.errors import Stopped
from pipeline.parallel import processors
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning import material, messages
from pipeline.tuning.answers import ANSWERS
from pipeline.tuning.child import Child
from pipeline.tuning.messages import REPLACED, Question
from pipeline.tuning.turns import Turn, Turns
from pipeline.tuning.unheard import Unheard
from pipeline.workspace.home import Workspace

IDLE_S: Final = 120.0  # after which a process ends
_MOST_PROCESSES: Final = 2  # each some 150 MB
_STARTING_S: Final = 10.0  # in which a process is ready on any machine
_KNOWN_BYTES: Final = 32 * 2**20  # of answers that are given again at once


class NotYet(Stopped):
    """The answer needs more time than somebody had; whoever asks again waits for the same one."""


class Helpers:
    """Answers questions about the photo sets of a workspace; any thread may ask."""

    def __init__(self, workspace: Workspace, processes: int | None = None) -> None:
        """Nothing is started before somebody asks.

        Args:
            workspace: Where photo sets and features lie.
            processes: How many may answer at a time; None takes what the machine has, at most two.
        """
        self._workspace = workspace
        self._seats = processes or min(_MOST_PROCESSES, processors())
        self._turns = Turns(self._seats)
        self._changed = threading.Condition()
        self._children: list[Child] = []  # each with a thread of its own
        self._working: dict[Turn, Callable[[], None]] = {}  # what takes each back
        self._known = _Known(_KNOWN_BYTES)
        self._unheard = Unheard()
        self._ready = threading.Event()  # there is a process that has started
        self._closed = False

    def ask(
        self,
        whose: str | None,
        kind: str,
        photo_set_id: str,
        config: TrainConfig,
        *,
        place: str = "",
        patience_s: float | None = None,
        **more: Any,
    ) -> Any:
        """Ask, and wait for the answer.

        A newer question of the same kind from the same place takes the older one back. An error
        that nobody with patience has heard waits a short while for whoever asks the same again.

        Args:
            whose: Which visitor asks; None on one's own computer. Whether he may see the set is
                for the caller to know.
            kind: One of `ANSWERS`.
            photo_set_id: The photos.
            config: The settings.
            place: Where he asks, such as a browser's window.
            patience_s: Seconds to wait once a process is ready; 0 looks, and waits for nothing;
                None waits as long as it takes.
            **more: What else the question says: texts and numbers.

        Returns:
            What the function of `ANSWERS` gives.

        Raises:
            JobError: If a process died over it, twice.
            NotReady: If features are missing; see `Jobs.prepare`.
            NotYet: After `patience_s`.
            PawTuneError: From the answer's function.
            Stopped: If a newer question took it back.
        """
        if not self._children:  # none is started where it would find nothing
            material.expect(self._workspace, photo_set_id, config)
        turn = Turn(whose, place, Question(kind, photo_set_id, config.to_json(), more))
        with self._changed:
            if (known := self._known.get(turn.question)) is not None:
                self._take_back(self._turns.drop(turn))
                return known
            turn = self._turns.find(turn) or self._failed(turn) or self._added(turn)
        if patience_s:
            self._ready.wait(_STARTING_S)
        try:
            return turn.answer.result(patience_s)
        except TooSlow:
            raise NotYet("It takes a little longer.") from None
        except Exception:
            if patience_s != 0:
                with self._changed:
                    self._unheard.forget(turn)
            raise

    def close(self) -> None:
        """End all processes for good."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            children = [*self._children]
        for child in children:
            child.close()

    @property
    def pids(self) -> list[int]:
        """Of the processes that there are."""
        with self._changed:
            return [child.pid for child in self._children if child.pid is not None]

    def warm(self) -> None:
        """Let a process be ready when somebody asks: he may soon."""
        with self._changed:
            if not self._children:
                self._start()

    def _failed(self, turn: Turn) -> Turn | None:
        """The turn, where it was tried lately in vain and nobody with patience has heard of it."""
        error = self._unheard.look(turn)
        if error is None:
            return None
        self._take_back(self._turns.drop(turn))
        turn.answer.set_exception(error)
        return turn

    def _added(self, turn: Turn) -> Turn:
        freed = self._take_back(self._turns.add(turn))
        if len(self._working) - freed >= len(self._children) < self._seats:
            self._start()
        self._changed.notify_all()
        return turn

    def _take_back(self, turns: Sequence[Turn]) -> int:
        """Tell those who wait for older questions; how many processes that frees."""
        at_work = [self._working[turn] for turn in turns if turn in self._working]
        for take_back in at_work:
            take_back()
        for turn in turns:
            if turn not in self._working:
                turn.answer.set_exception(Stopped(REPLACED))
        return len(at_work)

    def _start(self) -> None:
        child = Child(self._workspace.photo_sets_folder, self._workspace.cache_folder)
        self._children.append(child)
        threading.Thread(target=self._work, args=(child,), name="tuning", daemon=True).start()

    def _work(self, child: Child) -> None:
        """Answer with one process until nobody has asked for a while."""
        child.warm()  # first: until it is ready, another one may take what waits
        self._ready.set()
        while (turn := self._next(child)) is not None:
            question, answer, error = turn.question, None, None
            try:
                data = child.ask(question)
                answer = messages.unpacked(data, messages.promised(ANSWERS[question.kind])[1])
                self._known.put(question, answer, len(data))
            except Exception as met:  # a bug, too, is for whoever asked
                error = met
            with self._changed:
                del self._working[turn]
                self._turns.leave(turn)
                if error is not None:
                    self._unheard.put(turn, error)
                self._changed.notify_all()
            if error is not None:
                turn.answer.set_exception(error)
            else:
                turn.answer.set_result(answer)
        child.close()

    def _next(self, child: Child) -> Turn | None:
        """The next question for a process; None when it has been idle for long."""
        with self._changed:
            turn, in_time = self._turns.take(), True
            while turn is None:
                if self._closed or not in_time:
                    self._children.remove(child)
                    if not self._children:
                        self._ready.clear()
                    return None
                in_time = self._changed.wait(IDLE_S)
                turn = self._turns.take()
            self._working[turn] = child.expect()
            return turn


class _Known:
    """The last answers, within so many bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._answers: OrderedDict[bytes, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question) -> Any:
        """The answer; None where it is not known."""
        key = messages.packed(question)
        with self._lock:
            if key not in self._answers:
                return None
            self._answers.move_to_end(key)
            return self._answers[key][0]

    def put(self, question: Question, answer: Any, num_bytes: int) -> None:
        """Keep an answer."""
        with self._lock:
            self._answers[messages.packed(question)] = answer, num_bytes
            while sum(size for _, size in self._answers.values()) > self._limit_bytes:
                self._answers.popitem(last=False)
