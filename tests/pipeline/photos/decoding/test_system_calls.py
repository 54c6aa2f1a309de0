"""Calls by their number."""

from __future__ import annotations

import errno
import os
import platform
import sys

import pytest

from pipeline.photos.decoding import system_calls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the numbers are Linux's")
_GETPID = {"x86_64": 39, "aarch64": 172}


@pytest.mark.skipif(platform.machine() not in _GETPID, reason="another processor")
def test_a_call_answers() -> None:
    assert system_calls.call(_GETPID[platform.machine()]) == os.getpid()


def test_what_the_kernel_does_not_have_is_an_error() -> None:
    with pytest.raises(OSError) as found:
        system_calls.call(100_000)
    assert found.value.errno == errno.ENOSYS
