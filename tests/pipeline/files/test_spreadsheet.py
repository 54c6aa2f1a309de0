"""Files for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from pipeline.files import spreadsheet


@pytest.mark.parametrize("start", "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
def test_no_cell_is_a_formula(start: str) -> None:
    text = spreadsheet.as_csv(("name", f"{start}h"), [(f"{start}1+1", -2.5)])
    head, row = csv.reader(io.StringIO(text, newline=""))
    shown = start.replace("\r", " ")
    assert head == ["name", f"'{shown}h"]
    assert row == [f"'{shown}1+1", "-2.5"]


@pytest.mark.parametrize(
    ("value", "cell"), [("cat", "cat"), (-0.5, -0.5), (float("nan"), ""), (None, None), (3, 3)]
)
def test_other_cells_stay(value: Any, cell: Any) -> None:
    assert spreadsheet.safe_cell(value) == cell
