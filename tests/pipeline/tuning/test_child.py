"""One helper process: light, in the second row, started again when it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from pipeline.errors import JobError, NotReady, Stopped
from pipeline.tuning import messages
from pipeline.tuning.child import Child
from pipeline.tuning.live_curve import LiveCurve
from pipeline.tuning.messages import Question
from tests.conftest import REPOSITORY
from tests.pipeline.tuning.places import PLAIN, Place, a_place
from tests.workspaces import wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of a Unix system")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(tmp_path_factory.mktemp("place"))
    place.train(PLAIN)
    return place


@pytest.fixture
def child(place: Place) -> Iterator[Child]:
    child = Child(place.workspace.photo_sets_folder, place.workspace.cache_folder)
    yield child
    child.close()


def curve(place: Place, **changes: object) -> Question:
    config = replace(PLAIN, **changes)  # type: ignore[arg-type]
    return Question("curve", place.row.id, config.to_json(), {})


def test_it_answers_one_question_after_the_other(place: Place, child: Child) -> None:
    for seed in range(2):
        child.expect()
        found = messages.unpacked(child.ask(curve(place, seed=seed)), LiveCurve)
        assert found.config.seed == seed
    child.expect()
    with pytest.raises(NotReady):
        child.ask(curve(place, image_size_px=128))


def test_what_is_taken_back_ends_soon_and_before_it_began(place: Place, child: Child) -> None:
    child.warm()
    take_back = child.expect()
    take_back()
    with pytest.raises(Stopped, match="Newer settings"):
        child.ask(curve(place, epochs=100))
    take_back = child.expect()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(child.ask, curve(place, epochs=100, seed=1))
        take_back()
        os.kill(child.pid, signal.SIGCONT)
        with pytest.raises(Stopped):
            asked.result()
    child.expect()
    assert child.ask(curve(place))


def test_one_that_was_killed_is_started_again(place: Place, child: Child) -> None:
    child.warm()
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    child.expect()
    assert child.ask(curve(place))
    assert child.pid != first
    assert not psutil.pid_exists(first)


def test_one_that_dies_twice_is_said(
    place: Place, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    child.warm()
    child.expect()
    with pytest.raises(JobError, match="ended without a word, twice"):
        child.ask(curve(place))


def test_after_its_end_it_does_not_begin_again(place: Place, child: Child) -> None:
    child.warm()
    pid = child.pid
    assert pid is not None
    child.close()
    wait_for(lambda: not psutil.pid_exists(pid), "the process to end")
    with pytest.raises(JobError):
        child.ask(curve(place))
    assert child.pid is None


def test_it_is_light_and_leaves_the_processor_to_pages(place: Place, child: Child) -> None:
    child.expect()
    child.ask(curve(place))
    process = psutil.Process(child.pid)
    assert process.nice() > psutil.Process().nice()
    assert process.environ()["OPENBLAS_NUM_THREADS"] == "1"
    assert not [path for path in _mapped(process) if "tensorflow/" in path or "sqlalchemy" in path]
    assert process.memory_info().rss < 300 * 2**20
    assert process.num_threads() < 6


def _mapped(process: psutil.Process) -> list[str]:
    return [mapping.path.lower() for mapping in process.memory_maps()]


def test_what_a_process_imports_has_neither_tensorflow_nor_the_database() -> None:
    script = (
        "import sys, pipeline.tuning.serving, pipeline.tuning.messages as m\n"
        "from pipeline.tuning.answers import ANSWERS\n"
        "for function in ANSWERS.values(): m.promised(function)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'tensorflow', 'keras', 'sqlalchemy', 'streamlit'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
