from __future__ import annotations

import pytest

from pipeline.photos.sources.album_names import is_album, is_calendar, piece_of, tells_nothing


@pytest.mark.parametrize(
    "name",
    ["100APPLE", "DCIM", "WhatsApp Images", "2023-01", "2023-01-05", "20230105", "05.01.2023"],
)
def test_a_camera_a_program_or_a_day(name: str) -> None:
    assert is_album(name)


@pytest.mark.parametrize(
    "name", ["Roller", "100 cats", "2023", "200101", "05.13.2023", "camera bag", "500EUROS", ""]
)
def test_anything_else_may_be_a_class(name: str) -> None:
    assert not is_album(name)


def test_pieces_of_a_download() -> None:
    assert piece_of("My pets-20230101T000000Z-1-002 (1)") == "My pets"
    assert piece_of("My pets-001") == ""


def test_names_of_files() -> None:
    assert tells_nothing("Captura de pantalla")
    assert tells_nothing("pexels-jane-roe")
    assert not tells_nothing("the cat")
    assert is_calendar("Jan")
    assert not is_calendar("janitor")
