from __future__ import annotations

import pytest

from pipeline.api.decoders import Decoders
from pipeline.errors import PhotoError
from tests.pipeline.api.conftest import RED


def test_a_decoder_stays_until_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_FAULT", "decode:abort")
    decoders = Decoders()
    try:
        first = decoders.get()
        assert decoders.get() is first
        for _ in range(3):
            with pytest.raises(PhotoError):
                first.canonical("hostile.jpg", RED + b"PAWTUNE-FAULT")
        assert decoders.get() is not first
        assert decoders.get().canonical("a.jpg", RED).width == 48
    finally:
        decoders.close()


def test_one_that_nobody_asked_for_needs_no_end() -> None:
    Decoders().close()
