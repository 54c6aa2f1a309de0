"""Each of the 69 cases of the project's list of inputs has a test with its number."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

CASES = 69
HERE = Path(__file__).parent


@cache
def numbers() -> Counter[int]:
    """How many tests carry each number."""
    found: Counter[int] = Counter()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                digits = node.name.split("_")[1]
                if digits.isdigit():
                    found[int(digits)] += 1
    return found


@pytest.mark.parametrize("case", range(1, CASES + 1))
def test_the_case_has_a_test(case: int) -> None:
    assert numbers()[case] >= 1


def test_no_other_numbers() -> None:
    assert set(numbers()) <= set(range(1, CASES + 1))
