"""LiteRT.js for tests, from the npm registry by its ordinary client."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from pipeline.browser import engine


def required() -> bool:
    return os.environ.get("PAWTUNE_NODE_TESTS") == "required"


def missing(what: str) -> None:
    """Skip, or fail where the tests are required."""
    if required():
        pytest.fail(f"The tests with Node are required here: {what}.")
    pytest.skip(f"needs Node and its registry: {what}; Debian's packages `nodejs` and `npm`")


def from_npm(folder: Path) -> Path:
    """The engine's published files in `folder`, as `engine.folder()` has them."""
    npm = shutil.which("npm")
    if npm is None:
        missing("there is no npm")
    assert npm
    wanted = f"@litertjs/core@{engine.VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "pack", wanted, "--silent"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode:
        missing(f"the registry does not answer ({done.stderr.strip()[-200:]})")
    packed = folder / done.stdout.split()[-1]
    with tarfile.open(packed) as archive:
        for part in engine.PARTS.values():
            found = archive.extractfile(f"package/{part.path}")
            assert found is not None
            (folder / part.name).write_bytes(found.read())
    packed.unlink()
    return folder
