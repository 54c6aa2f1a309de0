"""Plurals, sizes and lists are put into words by `pipeline.wording`, and by nobody else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY

FILES = [
    REPOSITORY / "app.py",
    REPOSITORY / "server.py",
    *sorted((REPOSITORY / "pages").rglob("*.py")),
    *sorted((REPOSITORY / "pipeline" / "wording").rglob("*.py")),
]
# Here they are made.
MAKERS = {"numbers.py", "text.py"}
SIZE = re.compile(r"(^|\d) ?(MB|GB|kB|MiB|GiB)\b")
COUNTED = re.compile(r"^ (?:\w+[ -])?(?:\w+[^s\W]s|classes)\b")  # " photos", " test photos"
NO_COUNT = {" points", " times", " is", " was", " has"}  # measured, or no noun


def by_hand(source: str) -> Iterator[str]:
    """`line N: what` for each plural, size or list that is made on the spot."""
    tree = ast.parse(source)
    told = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and _is_plural(node):
            yield f"line {node.lineno}: a plural, {ast.unparse(node)}"
        elif isinstance(node, ast.JoinedStr):
            for value, text in zip(node.values, node.values[1:], strict=False):
                if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant):
                    yield from _counted(value, str(text.value))
        elif isinstance(node, ast.Constant) and node not in told and isinstance(node.value, str):
            if SIZE.search(node.value):
                yield f"line {node.lineno}: a size, {node.value!r}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "join"
            and isinstance(node.func.value, ast.Constant)
            and node.func.value.value in (" and ", " or ")
        ):
            yield f"line {node.lineno}: a list, {ast.unparse(node)}"


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _is_plural(node: ast.IfExp) -> bool:
    """Whether one branch is the other with an s."""
    words = [one.value for one in (node.body, node.orelse) if isinstance(one, ast.Constant)]
    if len(words) < 2 or not all(isinstance(word, str) for word in words):
        return False
    short, long = sorted(map(str, words), key=len)
    return bool(short) and long in (f"{short}s", f"{short}es")


def _counted(value: ast.FormattedValue, text: str) -> Iterator[str]:
    """A number with a noun in the plural right behind it, which may be 1 one day."""
    found = COUNTED.match(text)
    if not found or found.group() in NO_COUNT:
        return
    spec = value.format_spec
    format_ = str(spec.values[0].value) if isinstance(spec, ast.JoinedStr) else ""
    said = ast.unparse(value.value)
    if said.isupper():  # a constant is the same every day
        return
    if format_ == "," or said.startswith("len("):
        yield f"line {value.lineno}: a plural, {said}{found.group()}"


def test_words_are_made_in_one_room() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}, {one}"
        for path in FILES
        if path.name not in MAKERS
        for one in by_hand(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


PLANTED = {
    "a plural": 'said = "photo" if count == 1 else "photos"',
    "one with es": 'said = "class" if count == 1 else "classes"',
    "a number with its noun": 'said = f"{count:,} photos"',
    "another noun": 'said = f"{len(row.classes)} classes at most"',
    "with a word between": 'said = f"{count:,} test photos"',
    "a size": 'said = f"at most {limit // 2**20} MB each"',
    "a size by heart": 'said = "downloads 14 MB once"',
    "a list": 'said = " and ".join(names)',
}


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_planted_is_found(kind: str) -> None:
    (found,) = by_hand("first = 1\n" + PLANTED[kind])
    assert found.startswith("line 2")


FINE = [
    'def size():\n    """Such as `14 MB`."""',
    'said = "is" if count == 1 else "are"',
    'said = f"{split} photos"',
    'said = f"{value:.1f} points"',
    'said = f"{NUM_LAYERS:,} layers"',
    'said = f"{numbers.photos(count)} that nobody saw"',
    'image = photo.convert("RGB")',
    'cell = ", ".join(tags)',
]


@pytest.mark.parametrize("source", FINE)
def test_what_is_no_number_of_things_may_stand(source: str) -> None:
    assert list(by_hand(source)) == []
