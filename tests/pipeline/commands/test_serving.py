"""What `serve` refuses before it serves; the rest: tests/pipeline/api/test_serve.py."""

from __future__ import annotations

import os
import sys

import pytest

from tests.pipeline.commands.conftest import run

TOKEN = "a-token-of-many-letters"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run-0000000000"], "no such run"),
        (["starter", "--host", "0.0.0.0"], "only with a token"),
        (["starter", "--host", "192.168.0.7"], "only with a token"),
        (["starter", "--token", "short"], "16 letters"),
        (["starter", "--port", "65536"], "from 0 to 65535"),
    ],
)
def test_what_cannot_be_served(
    capsys: pytest.CaptureFixture[str], with_example: None, arguments: list[str], said: str
) -> None:
    code, told = run(capsys, "serve", *arguments)
    assert code == 1
    assert said in told["error"]


@pytest.mark.skipif(os.name == "nt", reason="there, the process is another one's child")
def test_a_process_that_knows_nothing_else_takes_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], with_example: None
) -> None:
    def execve(program: str, command: list[str], environment: dict[str, str]) -> None:
        assert program == sys.executable
        assert command[1:4] == ["-m", "pipeline.api.serve", "starter"]
        assert command[5:] == ["0.0.0.0", "8001"]
        assert TOKEN not in command
        assert environment["PAWTUNE_API_TOKEN"] == TOKEN
        raise SystemExit(7)

    monkeypatch.setattr(os, "execve", execve)
    with pytest.raises(SystemExit, match="7"):
        run(capsys, "serve", "latest", "--host", "0.0.0.0", "--port", "8001", "--token", TOKEN)
