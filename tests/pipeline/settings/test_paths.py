"""Paths as people give them, written out, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SettingError
from pipeline.settings.paths import is_text, whole


@pytest.mark.parametrize(
    "name", ["a b", "it's", '"', "100%", "#1", "?x=1", "🐱", "a\nb", "-x", "\udce9"]
)
def test_any_name_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert whole(Path(name)) == tmp_path / name


def test_the_home_folder_is_written_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert whole(Path("~/photos")) == tmp_path / "photos"


def test_a_home_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingError, match="Received: '~nobody-of-this-name/x'"):
        whole(Path("~nobody-of-this-name/x"))


def test_a_folder_that_is_gone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    try:
        gone.rmdir()
    except OSError:
        pytest.skip("needs a system that removes a folder in use")
    with pytest.raises(SettingError, match="a folder that is gone"):
        whole(Path("photos"))


@pytest.mark.parametrize(("name", "words"), [("x" * 5000, "too long"), ("a\0b", "called so")])
def test_what_cannot_be_a_path_is_refused(name: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        whole(Path(name))


def test_a_name_that_is_no_text_is_known() -> None:
    assert is_text(Path("/кошки/🐱"))
    assert not is_text(Path("/caf\udce9/x"))
