"""Room for a download."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DownloadError
from pipeline.files.download_tries import require_space


def test_require_space_accepts_what_fits(tmp_path: Path):
    require_space(tmp_path, 1, "A file")
    with pytest.raises(DownloadError, match="free disk space"):
        require_space(tmp_path, 2**80, "A file")
