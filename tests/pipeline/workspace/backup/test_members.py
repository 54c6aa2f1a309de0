"""Which paths a backup may hold."""

from __future__ import annotations

import pytest

from pipeline.workspace.backup.members import is_allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("photo_sets/0123456789abcdef/manifest.json", True),
        ("photo_sets/0123456789abcdef/photos-0123456789abcdef.pack", True),
        ("runs/run-0123456789/bundle/model.tflite", True),
        ("runs/run-0123456789/log.txt", True),
        ("photo_sets/0123456789abcdef/a/b", False),
        ("photo_sets/0123456789abcde/x", False),
        ("photo_sets/0123456789abcdef/", False),
        ("photo_sets/0123456789abcdef/..", False),
        ("photo_sets/0123456789abcdef/CON", False),
        ("photo_sets/0123456789abcdef/nul.txt", False),
        ("photo_sets/0123456789abcdef/.hidden", False),
        ("photo_sets/0123456789abcdef/dot.", False),
        ("photo_sets/0123456789abcdef/a b", False),
        ("photo_sets/../runs", False),
        ("runs/../pawtune.sqlite", False),
        ("runs/run-0123456789/results-2/bundle/model.tflite", True),
        ("runs/run-0123456789/a/b/c/d", False),
        ("runs/run-0123456789", False),
        ("cache/x", False),
        ("pawtune.sqlite", False),
        ("", False),
        ("runs/run-0123456789/log.txt\n", False),
        ("photo_sets/0123456789abcdef\n/x", False),
    ],
)
def test_only_paths_of_sets_and_runs_are_allowed(path: str, allowed: bool) -> None:
    assert is_allowed(path) is allowed
