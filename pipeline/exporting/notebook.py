"""The script once more as a notebook: the same program, cut into cells at its headings.

It needs nothing but this one file and the photos as PawTune saves them, so that it runs where a
browser is all there is.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pipeline.exporting.run_facts import RunFacts
from pipeline.exporting.script import built_in_numbers, script
from pipeline.settings.hyperparameters import BUILT_IN

_HEADING: Final = re.compile(r"^# === (.+) ===\n", re.MULTILINE)
_NUMBERS: Final = "NUMBERS"  # the program's name for the built-in network's numbers
_FOLDED: Final = {"cellView": "form", "jupyter": {"source_hidden": True}}  # Colab, Jupyter


def write(facts: RunFacts, path: Path) -> None:
    """Write the notebook of a run."""
    path.write_text(json.dumps(notebook(facts), indent=1, ensure_ascii=False), encoding="utf-8")


def notebook(facts: RunFacts) -> dict[str, Any]:
    """The notebook as JSON, in Jupyter's format 4.5."""
    cells = list(_cells(script(facts, is_notebook=True), facts.config.weights == BUILT_IN))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "accelerator": "GPU",  # Colab's, where there is one
            "colab": {"name": "train.ipynb", "provenance": []},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
    }


def _cells(program: str, with_numbers: bool) -> Iterator[dict[str, Any]]:
    """The program's own words, then a heading and a cell of code for each of its parts."""
    _, words, rest = program.split('"""', 2)
    yield _markdown(f"# {words.strip()}")
    first, *parts = _HEADING.split(rest)
    yield _code(first)
    for heading, code in zip(parts[::2], parts[1::2], strict=True):
        if with_numbers and _NUMBERS in code:
            numbers = base64.b64encode(built_in_numbers()).decode()
            yield _markdown("## The numbers of PawTune's own network\n\nA long line, folded away.")
            yield _code(f'{_NUMBERS} = "{numbers}"', _FOLDED)
        yield _markdown(f"## {heading}")
        yield _code(code)


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata or {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.strip().splitlines(keepends=True)
