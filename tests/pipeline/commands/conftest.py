"""What all tests of the command line do: run a command, read its one JSON object."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.__main__ import main


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code = main([*map(str, arguments), "--json"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, "one JSON object and nothing else"
    return code, json.loads(lines[0])
