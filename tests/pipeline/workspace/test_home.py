"""A workspace that cannot be opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PawTuneError
from pipeline.workspace.home import open_workspace


def test_a_workspace_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(PawTuneError, match="PAWTUNE_HOME"):
        open_workspace(tmp_path / "file" / "home")
