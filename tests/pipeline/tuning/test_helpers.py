"""Light processes answer: the newest question first, killed or not, and they leave nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import psutil
import pytest

from pipeline.errors import JobError, NotReady, Stopped
from pipeline.heads.epochs import Astray
from pipeline.tuning import helpers
from pipeline.tuning.child import Child
from pipeline.tuning.helpers import Helpers, NotYet
from pipeline.tuning.live_curve import LiveCurve, live_curve
from pipeline.tuning.material import Material
from pipeline.tuning.messages import Question
from tests.conftest import REPOSITORY
from tests.pipeline.tuning.places import PLAIN, Place, a_place
from tests.workspaces import wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of a Unix system")

LONG = replace(PLAIN, epochs=100)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(tmp_path_factory.mktemp("place"))
    place.train(PLAIN)
    return place


@pytest.fixture
def asked(place: Place) -> Iterator[Helpers]:
    asked = Helpers(place.workspace, processes=1)
    yield asked
    asked.close()


def test_it_answers_as_this_process_would(place: Place, asked: Helpers) -> None:
    curve = asked.ask(None, "curve", place.row.id, PLAIN)
    here = live_curve(Material(place.workspace, place.row.id, PLAIN), PLAIN)
    assert isinstance(curve, LiveCurve)
    assert curve.initial == here.initial
    assert [epoch.val_loss for epoch in curve.epochs] == [epoch.val_loss for epoch in here.epochs]
    assert (curve.answers == here.answers).all()


def test_the_same_question_again_is_answered_at_once(place: Place, asked: Helpers) -> None:
    first = asked.ask(None, "curve", place.row.id, PLAIN)
    (pid,) = asked.pids
    os.kill(pid, signal.SIGSTOP)  # whoever asked it would wait for ever
    assert asked.ask(None, "curve", place.row.id, PLAIN) is first
    os.kill(pid, signal.SIGCONT)


def test_errors_come_through(place: Place, asked: Helpers) -> None:
    with pytest.raises(RuntimeError, match="unexpected keyword argument"):
        asked.ask(None, "curve", place.row.id, PLAIN, nonsense=1)
    with pytest.raises(NotReady, match="not prepared"):
        asked.ask(None, "curve", place.row.id, replace(PLAIN, image_size_px=128))


def test_nothing_is_started_where_nothing_is_kept(place: Place, asked: Helpers) -> None:
    with pytest.raises(NotReady, match="not prepared"):
        asked.ask(None, "curve", place.row.id, replace(PLAIN, image_size_px=128))
    assert asked.pids == []


def test_a_newer_question_takes_the_older_one_back(place: Place, asked: Helpers) -> None:
    asked.ask(None, "curve", place.row.id, PLAIN)
    (pid,) = asked.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(3) as pool:
        curves = []
        for number in range(3):
            config = replace(LONG, seed=number)
            curves.append(pool.submit(asked.ask, None, "curve", place.row.id, config))
            wait_for(partial(_is_asked, asked, config), "the question to be there")
        os.kill(pid, signal.SIGCONT)
        for older in curves[:2]:
            with pytest.raises(Stopped, match="Newer settings"):
                older.result()
        assert curves[2].result().config.seed == 2
    assert asked.pids == [pid]


def _is_asked(asked: Helpers, config: object) -> bool:
    turns = asked._turns
    return any(turn.question.settings == config for turn in [*turns._at_work, *turns._waiting])


def test_who_has_no_patience_may_ask_again(place: Place, asked: Helpers) -> None:
    asked.ask(None, "curve", place.row.id, PLAIN)
    (pid,) = asked.pids
    os.kill(pid, signal.SIGSTOP)
    config = replace(PLAIN, seed=77)
    for _ in range(2):
        with pytest.raises(NotYet):
            asked.ask(None, "curve", place.row.id, config, patience_s=0.01)
    assert len(asked._working) == 1
    os.kill(pid, signal.SIGCONT)
    assert asked.ask(None, "curve", place.row.id, config).config.seed == 77


def test_there_and_back_again_is_answered(place: Place, asked: Helpers) -> None:
    """Two settings in turn, faster than anybody answers: the second A is no question of before."""
    asked.ask(None, "curve", place.row.id, PLAIN)
    (pid,) = asked.pids
    os.kill(pid, signal.SIGSTOP)
    for seed in (21, 22, 21):
        with pytest.raises(NotYet):
            asked.ask(None, "curve", place.row.id, replace(LONG, seed=seed), patience_s=0.01)
    os.kill(pid, signal.SIGCONT)
    assert asked.ask(None, "curve", place.row.id, replace(LONG, seed=21)).config.seed == 21


@pytest.mark.parametrize(
    "error", [JobError("It died."), Astray(), NotReady("Not prepared."), RuntimeError("A bug.")]
)
def test_an_error_that_comes_late_is_heard_and_not_computed_again(
    place: Place, asked: Helpers, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    asked_for: list[Question] = []
    may_fail = threading.Event()

    def fail(_child: Child, question: Question) -> bytes:
        asked_for.append(question)
        may_fail.wait()
        raise error

    monkeypatch.setattr(Child, "ask", fail)
    ask = partial(asked.ask, None, "curve", place.row.id, PLAIN)
    with pytest.raises(NotYet):
        ask(patience_s=0.01)
    may_fail.set()
    wait_for(lambda: not asked._working, "the answer to fail")
    # The page looks, draws itself anew, and asks.
    for patience_s in (0, 0, 0.01):
        with pytest.raises(type(error), match=str(error)[:9]):
            ask(patience_s=patience_s)
    assert len(asked_for) == 1
    monkeypatch.undo()
    assert ask().config.seed == PLAIN.seed, "once heard, it is tried again"


def test_a_process_that_is_killed_in_mid_answer_is_not_noticed(
    place: Place, asked: Helpers
) -> None:
    asked.ask(None, "curve", place.row.id, PLAIN)
    (pid,) = asked.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        curve = pool.submit(asked.ask, None, "curve", place.row.id, replace(PLAIN, seed=5))
        wait_for(lambda: asked._working != {}, "the question to be at work")
        os.kill(pid, signal.SIGKILL)
        assert curve.result().config.seed == 5
    assert asked.pids != [pid]


def test_one_that_dies_again_and_again_is_said(
    place: Place, asked: Helpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(JobError, match="ended without a word"):
        asked.ask(None, "curve", place.row.id, replace(PLAIN, seed=6))
    monkeypatch.undo()
    assert asked.ask(None, "curve", place.row.id, replace(PLAIN, seed=6)).config.seed == 6


def test_it_ends_when_nobody_asks_for_a_while(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpers, "IDLE_S", 0.05)
    asked = Helpers(place.workspace, processes=1)
    asked.ask(None, "curve", place.row.id, PLAIN)
    wait_for(lambda: asked.pids == [], "the process to end")
    assert asked.ask(None, "curve", place.row.id, replace(PLAIN, seed=8)).config.seed == 8
    wait_for(lambda: asked.pids == [], "the process to end")


def test_it_ends_with_the_server_however_that_ends(place: Place) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pipeline.tuning.helpers import Helpers\n"
        "from pipeline.workspace.home import open_workspace\n"
        "from pipeline.errors import NotReady\n"
        "from pipeline.settings.train_config import TrainConfig\n"
        "asked = Helpers(open_workspace(Path(sys.argv[1])), processes=2)\n"
        "asked.warm()\n"
        "try: asked.ask(None, 'curve', sys.argv[2], TrainConfig())\n"
        "except NotReady: pass\n"
        "print(*asked.pids, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(place.workspace.home), place.row.id],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert pids
        assert all(map(psutil.pid_exists, pids))
        server.kill()
    wait_for(lambda: not any(map(_is_alive, pids)), "the processes to end")


def _is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_ten_visitors_at_once_are_all_answered(place: Place) -> None:
    """Each moves a control five times, and waits each time for what he sees."""
    asked = Helpers(place.workspace, processes=2)
    answered: list[str] = []
    lock = threading.Lock()

    def tune(number: int) -> None:
        whose = f"{number:032x}"
        for step in range(5):
            config = replace(PLAIN, seed=10 * number + step)
            assert asked.ask(whose, "curve", place.row.id, config).config == replace(
                config, class_weight="none"
            )
            with lock:
                answered.append(whose)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(tune, range(10)))
    assert len(answered) == 50
    assert len(asked.pids) <= 2
    # Nobody is done before everybody has had a turn.
    firsts = [answered.index(whose) for whose in set(answered)]
    assert max(firsts) < 20
    asked.close()
    wait_for(lambda: asked.pids == [], "the process to end")


def test_after_the_end_nothing_begins_again(place: Place) -> None:
    asked = Helpers(place.workspace, processes=1)
    asked.warm()
    asked.close()
    wait_for(lambda: not asked._children, "the process to end")
