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
SCRIPTS: Final = {".js", ".css"}
DOCUMENTS: Final = {".html", ".md", ".txt", ".svg"}
NO_TEXT: Final = {".npz", ".png", ".safetensors", ".tflite", ".webp"}
# From left to right, so that an apostrophe in a comment begins no text, nor "//" in one a comment.
IN_SCRIPT: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|([\"'`])(?P<text>(?:\\.|(?!\1)[^\\])*)\1", re.DOTALL
)
IN_JSON: Final = re.compile(r'"(?P<text>(?:\\.|[^"\\])*)"')
COMMENTS: Final = re.compile(r"(?:^[ \t]*#[^\n]*\n)+|  # [^\n]*", re.MULTILINE)
BEGINS_COMMENT: Final = re.compile(r"^[ \t]*(?:#|//|/?\*+)+ ?", re.MULTILINE)
FIELD: Final = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|\{\w*\}")
MARKUP: Final = re.compile(r":material/\w+:|\*")
TAG: Final = re.compile(r"</?\w[^<>]*>|\{%.*?%\}")
PIECE: Final = re.compile(r"[^<>|#\n]+")  # a cell, a heading, what stands in one tag
FILES: Final = [
    *(
        REPOSITORY / name
        for name in (
            "README.md",
            "SECURITY.md",
            "CONTRIBUTING.md",
            "Makefile",
            "app.py",
            "server.py",
        )
    ),
    *sorted(
        path
        for folder in ("pages", "pipeline")
        for path in (REPOSITORY / folder).rglob("*.*")
        if path.is_file() and path != GLOSSARY and "__pycache__" not in path.parts
        if path.suffix not in NO_TEXT
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
    # A label begins as it is written there: "found" is the key of a field, too.
    flags = re.NOFLAG if phrase.startswith('"') else re.IGNORECASE
    return re.compile(edges[0] + words + edges[1], flags)


def in_python(source: str) -> Iterator[tuple[int, str]]:
    """Each text of a program with its line, values in it as `VALUE`; docstrings and comments, too.

    The latter with a full stop before them: they are no labels.
    """
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    pieces: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces.update(map(id, node.values))
            yield node.lineno, "".join(map(_piece, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in docs:
                yield node.lineno, f"x. {node.value}"
            elif id(node) not in pieces:
                yield node.lineno, node.value
    for comment in COMMENTS.finditer(source):
        yield line_of(comment), "x. " + BEGINS_COMMENT.sub("", comment.group())


def line_of(found: re.Match[str]) -> int:
    return found.string.count("\n", 0, found.start()) + 1


def _piece(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else VALUE


def texts(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """What people may read of a file: each text with its line."""
    if path.suffix == ".py":
        yield from in_python(source)
    elif path.suffix in SCRIPTS:
        for found in IN_SCRIPT.finditer(source):
            text = found.group("text")
            yield line_of(found), text or "x. " + BEGINS_COMMENT.sub("", found.group())
    elif path.suffix == ".json":
        for found in IN_JSON.finditer(source):
            yield line_of(found), found.group("text")
    else:
        yield 1, source
        yield 1, TAG.sub(lambda tag: "\n" * tag.group().count("\n"), source)
        for found in PIECE.finditer(source):
            yield line_of(found), found.group()


def said_wrongly(path: Path, source: str, phrases: Iterable[str]) -> list[str]:
    """`file, line N: phrase` for each word not to use."""
    found = {}
    patterns = {phrase: pattern(phrase) for phrase in phrases}
    for line, text in texts(path, source):
        read = MARKUP.sub("", FIELD.sub(VALUE, text))
        for phrase, regex in patterns.items():
            for match in regex.finditer(read):
                at = line + (read.count("\n", 0, match.start()) if path.suffix != ".py" else 0)
                found[f"{path.name}, line {at}: {phrase}"] = None  # once, however it was cut
    return list(found)


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
    "icon.py": 'st.header(":material/grid_on: Found")',
    "values.py": 'said = f"labelled {name}, called *{other}* with {sure}"',
    "parts.py": 'said = (\n    "some words, then what is "\n    "called what")',
    "field.py": 'said = "called {name}"',
    "alone.py": 'column("Found", width=20)',
    "doc.py": 'def of() -> None:\n    """Tell what is called\n    what."""',
    "comment.py": "one = 1\n# What is called\n# what, and more\n",
    "beside.py": "one = 1  # what is called what",
    "words.js": 'const name = "what is called what";',
    "late.js": "// fine\n\nconst name = `Found`;",
    "owner.js": "move(); // out of the line's way\nsay('what is called what'); // it's told",
    "address.js": 'const page = "https://example.org";\n/* it is\n * what is called what */',
    "after.css": '.best::before { content: "Found"; }',
    "report.html": "<h2>Mistakes</h2>\n<p>What is <b>called</b>\nwhat</p>",
    "tip.html": '<p title="What is called what">Mistakes</p>',
    "head.html": "<tr><th>Class</th>\n<th>Found</th></tr>",
    "drawing.svg": "<svg><text>What is called what</text></svg>",
    "card.md": "Some words.\nMost photos were called {{ name }}.",
    "table.md": "| class | Found |\n|---|---|",
    "train.txt": "# Learns, and says\nprint('what is called what')",
    "run.json": '{\n"name": "What is called what"}',
    "Makefile": "run: ## Show what is called what",
}
LINES: Final = {
    "late.js": 3,
    "owner.js": 2,
    "address.js": 3,
    "head.html": 2,
    "card.md": 2,
    "run.json": 2,
}
LATER: Final = {"parts.py": 2, "doc.py": 2, "comment.py": 2, "report.html": 2, "train.txt": 2}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(name: str) -> None:
    phrases = ["What is called what", f"called {VALUE}", '"Found"']
    (found,) = said_wrongly(Path(name), PLANTED[name], phrases)
    assert found.startswith(f"{name}, line {(LINES | LATER).get(name, 1)}: ")


FINE: Final = {
    "key.py": 'answer = {"found": 1}',
    "more.py": 'said = "Found 12 photos"',
    "part.py": 'said = "so-called what"',
    "doc.py": 'def of() -> None:\n    """Found."""  # found',
    "comment.js": "// found\n/* Found */\nconst one = 'fine';",
}


@pytest.mark.parametrize("name", FINE)
def test_what_is_fine_may_stand(name: str) -> None:
    assert (
        said_wrongly(Path(name), FINE[name], ["What is called what", "called what", '"Found"'])
        == []
    )


# Where people read -> words that stand there, in whose place a phrase is planted.
REAL: Final = {
    "README.md": "transfer learning",
    "CONTRIBUTING.md": "Where a change goes",
    "Makefile": "Start the app",
    "app.py": "Teach a network your photos",
    "pages/train.py": "settings on the left",
    "pages/ui/photos/boxes.py": "one button that trains",
    "pages/ui/charts/point_map.html": "The whole map",
    "pages/ui/charts/point_map.js": "Hide or show",
    "pipeline/__main__.py": "PawTune from the command line",
    "pipeline/commands/training.py": "A sweep needs photos",
    "pipeline/errors.py": "one file that cannot be used",
    "pipeline/coach/curve_rules.py": "what it looks for",
    "pipeline/settings/hyperparameters.py": "Learning rate",
    "pipeline/settings/presets.py": "averaged network",
    "pipeline/exporting/formats.py": "Model bundle",
    "pipeline/exporting/templates/report.html": "The same in numbers",
    "pipeline/exporting/templates/model_card.md": "It knows",
    "pipeline/exporting/templates/curves.svg": "fine-tuning starts",
    "pipeline/exporting/templates/predict.txt": "cannot be used",
    "pipeline/exporting/templates/network.py": "probability of each class",
    "pipeline/builtin/MODEL_CARD.md": "How good it is",
    "pipeline/builtin/example/run.json": "Example: cats and dogs",
    "pipeline/wording/job_text.py": "Computing the best head",
}


@pytest.mark.parametrize("name", REAL)
def test_wherever_people_read_it_is_found(name: str) -> None:
    path = REPOSITORY / name
    assert path in FILES
    source = path.read_text(encoding="utf-8")
    planted = source.replace(REAL[name], "what is called what")
    assert planted != source
    assert said_wrongly(path, planted, ["what is called what"])


def test_every_kind_of_file_is_read_or_holds_no_text() -> None:
    """A new kind of file has to be thought about."""
    read = {".py", ".json", *SCRIPTS, *DOCUMENTS}
    assert {path.suffix for path in FILES} - {""} <= read
