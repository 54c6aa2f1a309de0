"""What the journeys themselves are walked with does what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.benchmarks import journeys
from tests.browser.conftest import Server, Visitor
from tests.browser.stopwatch import FILE, Stopwatch

OFFLINE = Path(__file__).parent / "offline"
SETTLED = (
    "<div data-testid='stApp' data-test-connection-state='CONNECTED' "
    "data-test-script-state='notRunning'>A page{}</div>"
)
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def test_nothing_gets_out_there(no_network: None) -> None:
    script = "import urllib.request as u; u.urlopen('http://example.com', timeout=5)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(OFFLINE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Name or service not known" in done.stderr


def test_a_picture_that_does_not_come_is_named(browser: Browser, own_home: Path) -> None:
    context = browser.new_context()
    visitor = Visitor(context, context.new_page(), Server(own_home, {}))
    there = f"<img alt='A pixel' src='data:image/gif;base64,{PIXEL}'>"
    visitor.page.set_content(SETTLED.format(there))
    visitor.settle()
    gone = "<img alt='Rex' src='data:image/png;base64,bm8gcGljdHVyZQ=='>"
    visitor.page.set_content(SETTLED.format(there + gone))
    with pytest.raises(AssertionError, match=r"did not come.*Rex: data:image/png") as failure:
        visitor.settle(patience_ms=300)
    assert "A pixel" not in str(failure.value)
    context.close()


def test_a_stopwatch_prints_each_step_and_keeps_it(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "journeys.jsonl"
    monkeypatch.setenv(FILE, str(kept))
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<input aria-label='Name'><button>Go</button>")
    said: list[str] = []
    watch = Stopwatch("X", said.append)
    began = watch.start()
    watch.write(page.get_by_role("textbox"), "Mia")
    watch.press(page.get_by_role("button"))
    watch.lap("named", words=12)
    watch.lap("looked at", told="Ready")
    watch.lap("all of it", since=began, clicks="3 Tabs")
    assert page.get_by_role("textbox").input_value() == "Mia"
    context.close()
    lines = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert [(line["journey"], line["step"], line["clicks"]) for line in lines] == [
        ("X", "named", 2),
        ("X", "looked at", 0),
        ("X", "all of it", "3 Tabs"),
    ]
    assert lines[2]["seconds"] >= lines[0]["seconds"]
    assert said[0].endswith("2 clicks, 12 words at first look")
    assert said[1].endswith("“Ready”")


def test_what_was_before_and_what_is_now_stand_side_by_side() -> None:
    before = json.loads(journeys.BEFORE.read_text(encoding="utf-8"))
    assert "c88a369" in before["source"]
    now = {"journey": "F", "seconds": 1.2, "load": 0.5, "clicks": "15 Tabs", "words": 88}
    said = {**now, "step": "from the top to the main button", "told": ""}
    added = {**now, "journey": "A", "step": "a new one", "clicks": 1, "told": "Ready"}
    table = journeys.table(before["steps"], [{**said, "seconds": 9.9}, said, added]).splitlines()
    assert len(table) == 2 + len(before["steps"]) + 1 + 2
    assert "| **A** a new one |  |  |  |  | 1.2 (0.5) | 1 | 88 |" in table
    assert (
        "| **F** from the top to the main button |  | 19 Tabs |  |  | 1.2 (0.5) | 15 Tabs | 88 |"
        in table
    )
    assert table[-1] == "A, a new one: “Ready”"
    assert all(line.count("|") == 9 for line in table[:-2])
    for journey, test in journeys.WALKED.items():
        file, _, name = test.partition("::")
        source = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert f"def {name or 'test_'}" in source, journey


def test_every_step_is_called_as_it_was() -> None:
    """Else the table would have it twice, and the two could not be held side by side."""
    steps = json.loads(journeys.BEFORE.read_text(encoding="utf-8"))["steps"]
    tests = {test.partition("::")[0] for test in journeys.WALKED.values()}
    walked = "".join((Path(__file__).parent / one).read_text(encoding="utf-8") for one in tests)
    for step in steps:
        name = step["step"]
        if step["journey"] == "E":
            name = name.replace("first visitor: the", "{who}: the")
            name = name.replace("second visitor: the", "{who}: the")
        assert f'"{name}"' in walked, name
