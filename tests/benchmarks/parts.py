"""Which parts of a benchmark were asked for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable


def chosen(parts: Iterable[str], description: str) -> list[str]:
    """The parts named on the command line, in that order; all of them when none is named."""
    return chosen_with(parts, argparse.ArgumentParser(description=description))[0]


def chosen_with(
    parts: Iterable[str], parser: argparse.ArgumentParser
) -> tuple[list[str], argparse.Namespace]:
    """The same for a benchmark with options of its own, and these."""
    known = list(parts)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(known))
    options = parser.parse_args()
    named: list[str] = options.parts
    for part in named:
        if part not in known:
            parser.error(f"There is no part {part!r}. There are: {', '.join(known)}.")
    return named or known, options
