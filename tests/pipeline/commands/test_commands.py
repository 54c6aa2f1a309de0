"""The command line as a whole: one JSON object, exit code 0 or 1, what is wrong in words."""

from __future__ import annotations

import pytest

from tests.pipeline.commands.conftest import run

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "/no/such/folder"], "folder"),
        (["import", ".", "--code-page", "klingon"], "one of utf-8, cp437"),
        (["import", "no/such/folder", "--dry-run"], "no folder or zip"),
        (["import", ".", "--reading", "tea leaves"], "invalid choice"),
        (["train", "--photo-set", "none"], "no such photo set"),
        (["train", "--photo-set", "none", "--epochs", "0"], "between 1 and 100"),
        (["train", "--photo-set", "none", "--epochs", "x"], "invalid int"),
        (["train", "--photo-set", "none", "--preset", "best"], "invalid choice"),
        (["train", "--photo-set", "none", "--views", "17"], "between 0 and 16"),
        (["train", "--photo-set", "none", "--head", "guessed"], "stepped, solved"),
        (["sweep", "--set", "dropout=0..0.5"], "Give their id with --photo-set"),
        (["sweep", "--photo-set", "none"], "needs something to try"),
        (["sweep", "--photo-set", "none", "--set", "dropout=0..0.5"], "no such photo set"),
        (["sweep", "--photo-set", "none", "--set", "drop=0..1"], "no setting of this name"),
        (["sweep", "--continue", "sweep-none"], "no such sweep"),
        (["classify", "--run", "run-none", "a.jpg"], "no such run"),
        (["evaluate", "--run", "run-none", "."], "no such run"),
        (["dance"], "invalid choice"),
        ([], "required"),
    ],
    ids=str,
)
def test_what_is_wrong_comes_as_json(capsys, arguments: list[str], words: str) -> None:
    code, answer = run(capsys, *arguments)
    assert code == 1
    assert list(answer) == ["error"]
    assert words in answer["error"]
