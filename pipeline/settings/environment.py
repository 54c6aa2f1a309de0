"""Where things are kept, and what the environment (`PAWTUNE_*`) says of it."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pipeline.errors import SettingError
from pipeline.settings import mode
from pipeline.settings.paths import is_text, whole

CACHE_GIB: Final = 10.0  # for what can be made again
PHONE_PORT: Final = 8530  # where a phone is answered, unless something else is
TOKEN_CHARS: Final = 16  # at least, of what other programs have to show
_FOLDER: Final = Path(__file__).parents[1] / "builtin"
BACKBONE: Final = _FOLDER / "backbone.safetensors"  # every number of the network, float16
MODEL_CARD: Final = _FOLDER / "MODEL_CARD.md"
EXAMPLE: Final = _FOLDER / "example"  # a bundle, and what else a run leaves
EXAMPLE_ID: Final = "starter"  # of the example among the runs


def workspace_home() -> Path:
    """The folder that holds everything: `PAWTUNE_HOME`, or `~/.pawtune`, or a demo's own.

    Raises:
        SettingError: If `PAWTUNE_MODE` names no mode, or there is no home folder, or its
            name is no text.
    """
    # What somebody keeps for himself has no visitor, and would be everybody's in a demo.
    name = ".pawtune-demo" if mode.is_demo() else ".pawtune"
    return _folder("PAWTUNE_HOME", os.environ.get("PAWTUNE_HOME"), name)


def keras_home() -> Path:
    """Keras's own cache folder: `KERAS_HOME`, or `~/.keras`.

    Raises:
        SettingError: If there is no home folder.
    """
    return _folder("KERAS_HOME", os.environ.get("KERAS_HOME"), ".keras")


def _folder(variable: str, chosen: str | None, usual: str) -> Path:
    """The folder that a variable names, or the usual one in the home folder."""
    try:
        folder = whole(Path(chosen) if chosen else Path.home() / usual)
    except (RuntimeError, SettingError) as error:  # a container's user may have no home
        if chosen and Path(chosen).is_absolute():
            raise SettingError(f"{variable} cannot be used. {error}") from error
        raise SettingError(
            "There is no home folder here, so PawTune cannot tell where its files belong. Set the "
            f"environment variable {variable} to the whole path of a folder that it may write to. "
            f"Received: {chosen!r}."
        ) from error
    if not is_text(folder):  # what reads and writes networks there could not open it
        raise SettingError(
            "The name of this folder has bytes that are no text. Rename it, or set the environment "
            f"variable {variable} to another one. Received: {str(folder)!r}."
        )
    return folder


def cache_limit_bytes() -> int:
    """How much prepared photos and results may take: `PAWTUNE_CACHE_GIB`, or 10 GiB.

    Raises:
        SettingError: If the environment says something that is no size.
    """
    chosen = os.environ.get("PAWTUNE_CACHE_GIB", "").strip() or CACHE_GIB
    try:
        gib = float(chosen)
    except ValueError:
        gib = math.nan
    if not 0 < gib < math.inf:
        raise SettingError(
            "The size of the cache (`PAWTUNE_CACHE_GIB`) must be a number of GiB above 0, such "
            f"as 10. Received: {chosen!r}."
        )
    return int(gib * 2**30)


def keeps_spares() -> bool:
    """Whether a process may wait for the next training: unless `PAWTUNE_WARM` says no."""
    return os.environ.get("PAWTUNE_WARM", "").strip().lower() not in ("no", "0", "false", "off")


def answers_programs() -> bool:
    """Whether other programs may ask: as `PAWTUNE_API` says; unless it does, not in the demo.

    Raises:
        SettingError: If it says neither on nor off, or `PAWTUNE_MODE` names no mode.
    """
    chosen = os.environ.get("PAWTUNE_API", "").strip().lower()
    if chosen not in ("", "on", "off"):
        raise SettingError(
            "Whether other programs may ask (`PAWTUNE_API`) is either on or off. "
            f"Received: {chosen!r}."
        )
    return chosen == "on" or (not chosen and not mode.is_demo())


def api_token() -> str | None:
    """What other programs have to show: `PAWTUNE_API_TOKEN`; None without it.

    Raises:
        SettingError: If it is easy to guess, or cannot be sent.
    """
    return checked_token(os.environ.get("PAWTUNE_API_TOKEN", ""))


def checked_token(token: str) -> str | None:
    """A token as it was chosen; None for an empty one.

    Raises:
        SettingError: If it is easy to guess, or cannot be sent.
    """
    if not token:
        return None
    if len(token) < TOKEN_CHARS or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingError(
            f"A token (`PAWTUNE_API_TOKEN`) has {TOKEN_CHARS} letters, digits and signs or more, "
            f"and no spaces. Received: {len(token)} characters."
        )
    return token


def phone_port() -> int | None:
    """At which port phones are answered: `PAWTUNE_PHONE_PORT`; None without it.

    Raises:
        SettingError: If it is no port.
    """
    chosen = os.environ.get("PAWTUNE_PHONE_PORT", "").strip()
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdecimal() and 1024 <= int(chosen) <= 65535):
        raise SettingError(
            "The port for phones (`PAWTUNE_PHONE_PORT`) is a number from 1024 to 65535. "
            f"Received: {chosen!r}."
        )
    return int(chosen)


def phone_address() -> str | None:
    """Where a proxy answers phones: `PAWTUNE_PHONE_ADDRESS` without a slash at its end, or None.

    Raises:
        SettingError: If it is no address of a web page.
    """
    chosen = os.environ.get("PAWTUNE_PHONE_ADDRESS", "").strip().rstrip("/")
    if not chosen:
        return None
    try:
        found = urlsplit(chosen)
        is_plain = found.scheme in ("http", "https") and found.hostname and not found.username
    except ValueError:
        is_plain = False
    if not is_plain or found.query or found.fragment or not chosen.isascii():
        raise SettingError(
            "The proxy's address for phones (`PAWTUNE_PHONE_ADDRESS`) is one such as "
            f"https://phone.example.org. Received: {chosen!r}."
        )
    return chosen
