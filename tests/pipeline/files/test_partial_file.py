"""What is kept of a download that broke off."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.files.partial_file import Part


class TestPart:
    """What a later try may go on from."""

    def begun(self, tmp_path: Path, validator: str = '"v1"', total: int | None = 10) -> Part:
        part = Part(tmp_path / "set.zip")
        part.begin("http://host/set.zip", validator, total)
        part.path.write_bytes(b"12345")
        return part

    def test_goes_on_with_the_same_version_from_the_same_address(self, tmp_path: Path):
        part = self.begun(tmp_path)
        assert part.resume("http://host/set.zip") == 5
        assert part.validator == '"v1"'
        assert part.total == 10

    def test_another_address_starts_clean_and_drops_nothing_yet(self, tmp_path: Path):
        part = self.begun(tmp_path)
        assert part.resume("http://other/set.zip") == 0
        assert part.path.read_bytes() == b"12345"

    @pytest.mark.parametrize(("validator", "total"), [("", 10), ('"v1"', 4)])
    def test_a_part_of_no_known_version_or_too_long_is_not_used(
        self, tmp_path: Path, validator: str, total: int
    ):
        assert self.begun(tmp_path, validator, total).resume("http://host/set.zip") == 0

    @pytest.mark.parametrize("garbled", [b"", b"\xff\xfe", b"[]", b'{"url": 3}', b"[" * 100_000])
    def test_garbled_notes_mean_a_clean_start(self, tmp_path: Path, garbled: bytes):
        part = self.begun(tmp_path)
        (tmp_path / "set.zip.part.json").write_bytes(garbled)
        assert part.resume("http://host/set.zip") == 0
        assert part.validator == ""
        assert part.total is None
