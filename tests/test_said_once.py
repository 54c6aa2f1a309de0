"""What must agree in several places stands in one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY

# An exported program stands alone, and repeats what it needs.
MODULES = {
    path.relative_to(REPOSITORY).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("pipeline", "pages")
    for path in sorted((REPOSITORY / folder).rglob("*.py"))
    if "templates" not in path.parts
}


def literals(tree: ast.Module) -> Iterator[object]:
    """Those inside of f-strings, too."""
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))


def said(tree: ast.Module) -> Iterator[str]:
    """Texts that a program hands on; no docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


@pytest.mark.parametrize(
    "literal",
    [
        "network.safetensors",
        "last.safetensors",
        "head/",
        "head/kernel",
        "head/bias",
        "optimizer/",
        "labels.json",
        "log.txt",
        "solver step ",  # the beginnings of the names of a curve's points
        "fine-tuning epoch ",
    ],
)
def test_a_name_stands_in_one_module(literal: str) -> None:
    found = [name for name, tree in MODULES.items() if literal in literals(tree)]
    assert len(found) == 1, found


def test_the_formats_of_photos_stand_in_one_module() -> None:
    """Whoever says which are read asks `file_kinds.formats`."""
    found = [name for name, tree in MODULES.items() if any("WebP" in text for text in said(tree))]
    assert found == ["pipeline/photos/decoding/canonical.py"]


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        ("EPSILON", 1e-3),  # of batch normalization
        ("EPSILON", 1e-7),  # of RMSprop
        ("RHO", 0.9),  # of RMSprop
        ("SMALLEST", 1e-7),  # of the logarithm of a loss
    ],
)
def test_a_number_stands_in_one_module(constant: str, value: float) -> None:
    found = [
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id.endswith(constant)
        and isinstance(node.value, ast.Constant)
        and node.value.value == value
    ]
    assert len(found) == 1, found
