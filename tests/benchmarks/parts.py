"""Which parts of a benchmark were asked for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable


def chosen(parts: Iterable[str], description: str) -> list[str]:
    """The parts named on the command line, in that order; all of them when none is named."""
    known = list(parts)
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(known))
    named: list[str] = parser.parse_args().parts
    for part in named:
        if part not in known:
            parser.error(f"There is no part {part!r}. There are: {', '.join(known)}.")
    return named or known
