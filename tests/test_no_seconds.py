"""No test holds that something took fewer than so many seconds: a busy computer fails it.

What must not be slow is held as a ratio (`tests/growth_of_work.py`), by what it does not do, or,
where it would never end, by the time after which pytest ends every test. `tests/benchmarks`
measures.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}
FILES = [path for path in sorted(TESTS.rglob("*.py")) if "benchmarks" not in path.parts]


def lines(source: str) -> list[int]:
    """The lines on which a duration is held against something."""
    tests = [node.test for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    sides = [node for test in tests for node in ast.walk(test) if isinstance(node, ast.BinOp)]
    return [
        side.lineno
        for side in sides
        if isinstance(side.op, ast.Sub) and any(_is_a_clock(node) for node in ast.walk(side))
    ]


def _is_a_clock(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "time"
        and called.attr.removesuffix("_ns") in CLOCKS
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_duration_is_held_against_seconds(path: Path) -> None:
    assert lines(path.read_text(encoding="utf-8")) == []


def test_one_would_be_seen() -> None:
    assert lines("began = time.monotonic()\nassert time.monotonic() - began < 5\n") == [2]
    assert lines("assert time.monotonic() < until, 'never happened'\n") == []
