"""What people read keeps to the glossary: no text says what it lists as words not to use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import REPOSITORY

GLOSSARY: Final = REPOSITORY / "pipeline" / "wording" / "glossary.md"
VALUE: Final = "…"  # what is put in where the program runs
TEMPLATES: Final = {".html", ".md", ".txt", ".svg"}
IN_JAVASCRIPT: Final = re.compile(r"([\"'`])((?:\\.|(?!\1)[^\\])*)\1", re.DOTALL)
COMMENT: Final = re.compile(r"^\s*//[^\n]*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
FIELD: Final = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|\{\w*\}")
FILES: Final = [
    *(REPOSITORY / name for name in ("README.md", "SECURITY.md", "app.py", "server.py")),
    *sorted(
        path
        for folder in ("pages", "pipeline")
        for path in (REPOSITORY / folder).rglob("*.*")
        if path.suffix in {".py", ".js", *TEMPLATES} and path != GLOSSARY
    ),
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the glossary."""

    term: str
    meaning: str
    not_to_use: tuple[str, ...]


def entries(text: str) -> list[Entry]:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.*?) ?\|$", text, re.MULTILINE)[1:]
    return [
        Entry(term, meaning, tuple(filter(None, words.split("; "))))
        for term, meaning, words in rows
    ]


def pattern(phrase: str) -> re.Pattern[str]:
    """Finds a phrase; one in quotes where it is all that a label says."""
    words = r"\s+".join(map(re.escape, phrase.strip('"').split()))
    edges = (r"\A\W*", r"\W*\Z") if phrase.startswith('"') else (r"(?<![\w-])", r"(?!\w)")
    return re.compile(edges[0] + words + edges[1], re.IGNORECASE)


def in_python(source: str) -> Iterator[tuple[int, str]]:
    """Each text of a program that is no docstring, with its line; values in it as `VALUE`."""
    tree = ast.parse(source)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr):
            inner.update(map(id, node.values))
            yield node.lineno, "".join(map(_piece, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _piece(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else VALUE


def texts(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """What people may read of a file: each text with its line."""
    if path.suffix == ".py":
        yield from in_python(source)
    elif path.suffix == ".js":
        code = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), source)
        for found in IN_JAVASCRIPT.finditer(code):
            yield code.count("\n", 0, found.start()) + 1, found.group(2)
    else:
        yield 1, source


def said_wrongly(path: Path, source: str, phrases: Iterable[str]) -> list[str]:
    """`file, line N: phrase` for each word not to use."""
    found = []
    patterns = {phrase: pattern(phrase) for phrase in phrases}
    for line, text in texts(path, source):
        read = FIELD.sub(VALUE, text).replace("*", "")
        for phrase, regex in patterns.items():
            for match in regex.finditer(read):
                at = line + (read.count("\n", 0, match.start()) if path.suffix != ".py" else 0)
                found.append(f"{path.name}, line {at}: {phrase}")
    return found


ENTRIES: Final = entries(GLOSSARY.read_text(encoding="utf-8"))
NOT_TO_USE: Final = [phrase for entry in ENTRIES for phrase in entry.not_to_use]


def test_the_glossary_can_be_read() -> None:
    assert len(ENTRIES) >= 10
    assert all(entry.term and entry.meaning for entry in ENTRIES)
    assert len(set(NOT_TO_USE)) == len(NOT_TO_USE)


def test_no_text_says_what_the_glossary_forbids() -> None:
    found = [
        f"{path.relative_to(REPOSITORY).parent}/{one}"
        for path in FILES
        for one in said_wrongly(path, path.read_text(encoding="utf-8"), NOT_TO_USE)
    ]
    assert not found, "\n".join(found)


def test_each_term_is_used() -> None:
    read = "\n".join(
        text for path in FILES for _, text in texts(path, path.read_text(encoding="utf-8"))
    ).lower()
    assert not [entry.term for entry in ENTRIES if entry.term.lower() not in read]


PLANTED: Final = {
    "page.py": 'st.header("What is called what")',
    "values.py": 'said = f"labelled {name}, called *{other}* with {sure}"',
    "parts.py": 'said = (\n    "some words, then what is "\n    "called what")',
    "field.py": 'said = "called {name}"',
    "alone.py": 'column("Found", width=20)',
    "words.js": 'const name = "what is called what";',
    "late.js": "// fine\n\nconst name = `Found`;",
    "report.html": "<h2>Mistakes</h2>\n<p>What is called\nwhat</p>",
    "card.md": "Some words.\nMost photos were called {{ name }}.",
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(name: str) -> None:
    source = PLANTED[name]
    lines = {"parts.py": 2, "late.js": 3, "report.html": 2, "card.md": 2}
    (found,) = said_wrongly(
        Path(name), source, ["What is called what", f"called {VALUE}", '"Found"']
    )
    assert found.startswith(f"{name}, line {lines.get(name, 1)}: ")


FINE: Final = {
    "doc.py": 'def of() -> None:\n    """What is called what."""  # what is called what',
    "more.py": 'said = "Found 12 photos"',
    "part.py": 'said = "so-called what"',
    "comment.js": "// what is called what\n/* what is called what */\nconst one = 'fine';",
}


@pytest.mark.parametrize("name", FINE)
def test_what_nobody_reads_may_stand(name: str) -> None:
    assert (
        said_wrongly(Path(name), FINE[name], ["What is called what", "called what", '"Found"'])
        == []
    )
