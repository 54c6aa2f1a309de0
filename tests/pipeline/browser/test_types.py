"""The scripts' types, as their comments tell them, by TypeScript's own checker."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.litert_js import missing

TYPESCRIPT = "typescript@5.9"
OPTIONS = [
    "--allowJs",
    "--checkJs",
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--lib",
    "es2022,dom,dom.iterable",
]
SCRIPTS = sorted((REPOSITORY / "pipeline/browser").glob("*.js"))


@pytest.mark.slow
def test_every_script_is_what_its_comments_say(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        missing("there is no npm")
    assert npm
    fetched = subprocess.run(
        [npm, "install", "--silent", "--prefix", tmp_path, TYPESCRIPT],
        capture_output=True,
        timeout=180,
        check=False,
    )
    if fetched.returncode:
        missing("the registry does not answer")
    compiler = tmp_path / "node_modules" / ".bin" / "tsc"
    done = subprocess.run(
        [compiler, *OPTIONS, *SCRIPTS], capture_output=True, text=True, timeout=120, check=False
    )
    assert len(SCRIPTS) >= 7
    assert done.returncode == 0, done.stdout
