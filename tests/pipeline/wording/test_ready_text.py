"""Sizes and licences of ready sets in words."""

from __future__ import annotations

from pipeline.wording import ready_text


def test_how_much_there_is_to_fetch():
    assert ready_text.download(180_024_906) == "180 MB to download"
    assert ready_text.download(2_162_005_842, at_most=True) == "at most 2.2 GB to download"
    assert ready_text.download(0) == "no download"
    assert "not stated" in ready_text.download(None)


def test_the_licence():
    assert ready_text.licence("MIT", "https://example.org") == "Licence: MIT."
    assert "ask its makers at https://example.org before" in ready_text.licence(
        None, "https://example.org"
    )
    assert "ask its makers before" in ready_text.licence(None, "")
