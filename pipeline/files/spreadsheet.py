"""Cells of a file for spreadsheets, which take some texts for formulas and run them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# The last four are full-width, as East Asian keyboards type them.


def safe_cell(value: Any) -> Any:
    """`value`, with a ' before a text that a spreadsheet would take for a formula; "" for NaN."""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if not isinstance(value, str):
        return value
    # A lone carriage return would end the line in some programs.
    quote = "'" if value.startswith(_FORMULAS) else ""
    return f"{quote}{value}".replace("\r", " ")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Comma-separated values (RFC 4180) with a first line of names; every cell is safe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    return text.getvalue()
