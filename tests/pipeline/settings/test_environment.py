"""What the environment decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SettingError
from pipeline.files.cache import Cache
from pipeline.settings.environment import cache_limit_bytes


@pytest.mark.parametrize(("said", "gib"), [("", 10), ("2.5", 2.5), (" 1 ", 1), ("1e3", 1000)])
def test_the_limit_comes_from_the_environment(
    said: str, gib: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", said)
    assert cache_limit_bytes() == Cache(tmp_path).limit_bytes == int(gib * 2**30)


@pytest.mark.parametrize("said", ["ten", "0", "-1", "nan", "inf", "10 GiB"])
def test_a_limit_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", said)
    with pytest.raises(SettingError, match=f"above 0.*Received: '{said}'"):
        cache_limit_bytes()
