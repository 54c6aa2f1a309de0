"""The scripts of components are checked by TypeScript's compiler, as `tsconfig.json` asks it.

All of a component is one script: what has no `export` is seen by the others, as in the browser.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PROJECT = REPOSITORY / "tsconfig.json"
OTHER_WORLD = "service_worker.js"  # which has no page, and other names for what is there
SCRIPTS = sorted(
    str(path)
    for room in ("pages", "pipeline")
    for path in (REPOSITORY / room).rglob("*.js")
    if path.name != OTHER_WORLD
)


@pytest.mark.slow
def test_scripts_are_sound_and_a_slip_is_found(typescript: list[str], tmp_path: Path) -> None:
    (tmp_path / "slip.js").write_text("export default () => element('p', {}, 'one').nosuch\n")
    asked = {"extends": str(PROJECT), "include": [*SCRIPTS, "slip.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(asked))
    done = subprocess.run(
        [*typescript, "--pretty", "false", "--listFiles", "--project", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout.splitlines()
    assert {*SCRIPTS} <= {*told}
    assert [line for line in told if "error TS" in line] == [
        "slip.js(1,46): error TS2339: Property 'nosuch' does not exist on type "
        "'HTMLParagraphElement'."
    ], done.stderr


def test_an_editor_looks_at_the_same_scripts() -> None:
    asked = json.loads(PROJECT.read_text(encoding="utf-8"))
    found = {str(path) for pattern in asked["include"] for path in REPOSITORY.glob(pattern)}
    assert found - {str(REPOSITORY / name) for name in asked["exclude"]} == {*SCRIPTS}
