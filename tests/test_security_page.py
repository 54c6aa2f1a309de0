"""SECURITY.md names the test behind each claim; those tests are there."""

from __future__ import annotations

import re

import pytest

from tests.conftest import REPOSITORY

TEXT = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_that_it_names_exist(row: str) -> None:
    named = re.findall(r"`([^`]+)`", row.split("|")[-2])
    assert named
    source = ""
    for name in named:
        path, _, test = name.rpartition("::") if "::" in name else (name, "", "")
        if name.startswith("test_"):  # of the file before it
            path, test = "", name
        if path:
            source = (REPOSITORY / path).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in source, name


def test_it_stays_short_enough_to_be_read() -> None:
    assert len(TEXT.splitlines()) < 120
