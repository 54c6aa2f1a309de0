"""What the environment decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SettingError
from pipeline.files.cache import Cache
from pipeline.settings.environment import (
    cache_limit_bytes,
    keras_home,
    phone_address,
    phone_port,
    workspace_home,
)


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


def test_a_port_and_an_address_for_phones_are_such(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (phone_port(), phone_address()) == (None, None)
    for port in ("80", "65536", "http", "-1", "٨٠٨٠"):
        monkeypatch.setenv("PAWTUNE_PHONE_PORT", port)
        with pytest.raises(SettingError, match="from 1024 to 65535"):
            phone_port()
    monkeypatch.setenv("PAWTUNE_PHONE_PORT", " 8600 ")
    assert phone_port() == 8600
    for address in (
        "phone.example.org",
        "ftp://phone.example.org",
        "https://",
        "https://me:secret@phone.example.org",
        "https://phone.example.org/?a=b",
        "https://phone.example.org/#a",
        "https://[::1",
    ):
        monkeypatch.setenv("PAWTUNE_PHONE_ADDRESS", address)
        with pytest.raises(SettingError, match="PAWTUNE_PHONE_ADDRESS"):
            phone_address()
    monkeypatch.setenv("PAWTUNE_PHONE_ADDRESS", "https://phone.example.org/paw/")
    assert phone_address() == "https://phone.example.org/paw"


HOMES = {"PAWTUNE_HOME": workspace_home, "KERAS_HOME": keras_home}


@pytest.mark.parametrize("variable", HOMES)
def test_without_a_home_folder_it_says_which_variable_names_one(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A container's user may have neither `HOME` nor an entry among the users."""

    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(SettingError, match=f"variable {variable} to the whole path of a folder"):
        HOMES[variable]()
    monkeypatch.setenv(variable, "~nobody-of-this-name/x")
    with pytest.raises(SettingError, match=f"{variable}.*Received: '~nobody-of-this-name/x'"):
        HOMES[variable]()
    monkeypatch.setenv(variable, str(tmp_path / "kept"))
    assert HOMES[variable]() == tmp_path / "kept"


def test_a_chosen_folder_that_nothing_can_be_called_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAWTUNE_HOME", "/" + "x" * 300)
    with pytest.raises(SettingError, match=r"PAWTUNE_HOME cannot be used\. This path is too long"):
        workspace_home()
