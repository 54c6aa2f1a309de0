"""Runs our JavaScript modules in Node, beside whatever stands for a browser there."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.litert_js import missing


def told(
    folder: Path, scripts: Iterable[Path], program: str, stands_for: Mapping[str, str] = {}
) -> Any:
    """What a program prints as JSON.

    Args:
        folder: An empty folder to run in.
        scripts: Modules of ours that lie beside the program.
        program: A module.
        stands_for: What lies there in place of other modules, by name.
    """
    node = shutil.which("node")
    if node is None:
        missing("there is no node")
    assert node
    for script in scripts:
        shutil.copy(script, folder)
    written = {"package.json": '{"type": "module"}', **stands_for, "program.js": program}
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [node, "program.js"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
