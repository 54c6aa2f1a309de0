"""The stopwatch: journeys by the clock, before and now, in one table.

    python -m tests.benchmarks.journeys [--read FILE] [A B D E F G H]

Walks the browser tests of the journeys that are named, all of them if none is: F and G come with A,
and B needs `../shared`. All take five minutes. What they measure goes into a file, for `--read`,
which prints the table of one that is there already. "Before" is in `journeys_before.json`, which
says where it is from. Seconds mean something on a quiet machine alone; clicks and words on any.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.browser.stopwatch import FILE
from tests.conftest import REPOSITORY

BEFORE: Final = Path(__file__).with_name("journeys_before.json")
_FIRST_MINUTE: Final = "test_offline.py::test_the_first_minute_without_a_network"
WALKED: Final[Mapping[str, str]] = {
    "A": _FIRST_MINUTE,
    "B": "test_tutorial_journey.py",
    "D": "test_class_boxes.py::test_from_the_first_drop_to_a_network_that_knows_two_pets",
    "E": "test_two_visitors.py::test_the_first_network_is_trained_once_for_all_who_want_it",
    "F": _FIRST_MINUTE,
    "G": _FIRST_MINUTE,
    "H": "test_collecting.py::test_three_things_thirty_frames_each_trained_live",
}
_HEAD: Final = (
    "| | before: s (load) | clicks | words | doubts | now: s (load) | clicks | words |\n"
    "|---|---|---|---|---|---|---|---|"
)
Step = Mapping[str, Any]  # as `Stopwatch.lap` writes it


def walk(journeys: Iterable[str], kept: Path) -> int:
    """Run the tests of these journeys, which append to `kept`; pytest's exit code."""
    tests = dict.fromkeys(f"tests/browser/{WALKED[journey]}" for journey in journeys)
    pytest = [sys.executable, "-m", "pytest", "-q", "-m", "browser", "--timeout", "3600"]
    return subprocess.run(
        [*pytest, *tests], cwd=REPOSITORY, env={**os.environ, FILE: str(kept)}, check=False
    ).returncode


def read(path: Path) -> list[Step]:
    """The steps in a file of lines of JSON."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def table(before: Sequence[Step], now: Sequence[Step]) -> str:
    """One line for each step of either, in Markdown, journey by journey.

    Args:
        before: Steps as they were; their cells may be words.
        now: Steps as they were measured; of a step that was measured twice, the last.
    """
    sides = [{(step["journey"], step["step"]): step for step in side} for side in (before, now)]
    # Python's sort keeps the order of steps within a journey.
    keys = sorted(dict.fromkeys([*sides[0], *sides[1]]), key=lambda key: key[0])
    lines = []
    for key in keys:
        was, is_ = (side.get(key, {}) for side in sides)
        cells = [*_cells(was), _cell(was, "doubts"), *_cells(is_)]
        lines.append(f"| **{key[0]}** {key[1]} | {' | '.join(cells)} |")
    told = [
        f"{key[0]}, {key[1]}: “{step['told']}”" for key, step in sides[1].items() if step["told"]
    ]
    return "\n".join([_HEAD, *lines, *(["", *told] if told else [])])


def _cells(step: Step) -> list[str]:
    """Seconds with the load of the machine, clicks, words."""
    load = f" ({step['load']})" if step.get("load") is not None else ""
    return [f"{_cell(step, 'seconds')}{load}", _cell(step, "clicks"), _cell(step, "words")]


def _cell(step: Step, name: str) -> str:
    value = step.get(name)
    return "" if value is None else str(value)


def main() -> None:
    """Walk, or read; and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("journeys", nargs="*", metavar="JOURNEY", help=", ".join(WALKED))
    parser.add_argument("--read", type=Path, help="a file of an earlier walk; nothing is walked")
    options = parser.parse_args()
    for journey in options.journeys:
        if journey not in WALKED:
            parser.error(f"There is no journey {journey!r}. There are: {', '.join(WALKED)}.")
    code, kept = 0, options.read
    if kept is None:
        kept = Path(tempfile.mkdtemp()) / "journeys.jsonl"
        code = walk(options.journeys or WALKED, kept)
    before = json.loads(BEFORE.read_text(encoding="utf-8"))
    print(f"\nBefore: {before['source']}\n\n{table(before['steps'], read(kept))}\n\n{kept}")
    sys.exit(code)


if __name__ == "__main__":
    main()
