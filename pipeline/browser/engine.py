"""LiteRT.js, which runs networks in a browser: fetched once, checked, and made ready to serve.

The files are those of the npm package `@litertjs/core` (Apache-2.0), from a public CDN or from
`PAWTUNE_MIRROR`; files that somebody put into the folder by hand will do, too. Browsers with
"relaxed" SIMD take one pair of them and all others the second, so each is fetched when it is asked
for first.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pipeline.errors import DownloadError
from pipeline.files.download import download
from pipeline.progress import Report, silent
from pipeline.settings import mode
from pipeline.settings.environment import workspace_home

VERSION: Final = "2.5.3"
MODULE: Final = "litert.js"
_LOG: Final = logging.getLogger(__name__)
_CDN: Final = f"https://cdn.jsdelivr.net/npm/@litertjs/core@{VERSION}/"


@dataclass(frozen=True, slots=True)
class Part:
    """A published file.

    Attributes:
        path: Where it lies in the package.
        size: In bytes.
        sha256: As 64 hexadecimal digits.
    """

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Its last part, as it is called in our folder and by a mirror."""
        return self.path.rpartition("/")[2]


PARTS: Final = MappingProxyType(
    {
        MODULE: Part(
            "dist/index.js",
            53_482,
            "e7daccc3a31eef890848a737ccb863ded5f046a6b40c3fdc0556495adeb5d9b3",
        ),
        "litert_wasm_internal.js": Part(
            "wasm/litert_wasm_internal.js",
            273_035,
            "68efb69f770e3f76aff36a377de629ca496c131b86ac0f0f4b592a1543a898eb",
        ),
        "litert_wasm_internal.wasm": Part(
            "wasm/litert_wasm_internal.wasm",
            9_367_934,
            "7280cf4471774867e385e6c3cd53e2b45e2975b80fea338fff4ef359b0865614",
        ),
        "litert_wasm_compat_internal.js": Part(
            "wasm/litert_wasm_compat_internal.js",
            273_246,
            "4d8f894b7883654fd6e8439730aa41e79ceaab7d19184fc4f1f0b0f1a2a2c8a5",
        ),
        "litert_wasm_compat_internal.wasm": Part(
            "wasm/litert_wasm_compat_internal.wasm",
            9_334_181,
            "5255c8ad06eabdbd2522cdebf6b22fc10faf74625c23a49b9e072570cd1fa41c",
        ),
    }
)

# What the module lacks to run by itself: its one import, which `network.js` gives the addresses
# for. As modules its parts load in a page and in a worker alike. What it tells of itself is no
# error. And it shall not ask for a graphics card: its numbers would be others.
_CHANGES: Final = (
    (
        'import { createWasmLib } from "@litertjs/wasm-utils";',
        "async function createWasmLib(LiteRt, name) {\n"
        "  const locateFile = globalThis.pawtuneLocate;\n"
        "  const { default: make } = await import(locateFile(name));\n"
        "  return new LiteRt(await make({ locateFile, printErr: console.debug }));\n"
        "}",
    ),
    ("await Environment.create()", "await Environment.create({ webGpuDevice: null })"),
    ("//# sourceMappingURL=index.js.map", ""),
)

# A browser keeps the files for good: with another change here they have another address.
EDITION: Final = f"{VERSION}-{hashlib.sha256(repr(_CHANGES).encode()).hexdigest()[:8]}"


def folder() -> Path:
    """Where the files are kept, each by the last part of its address.

    Raises:
        SettingError: If there is no home folder, see `workspace_home`.
    """
    return workspace_home() / "downloads" / f"litertjs-{VERSION}"


def content(name: str, report: Report = silent) -> bytes:
    """A file as a browser gets it; fetched where it is not here yet.

    Args:
        name: One of `PARTS`.
        report: Told about the download.

    Raises:
        KeyError: If there is no such file.
        DownloadError: If it could not be fetched; says what to do next.
        SettingError: If there is no folder for it.
        Stopped: From `report`.
    """
    part = PARTS[name]
    try:
        path = download(
            [_CDN + part.path], folder() / part.name, report, size=part.size, sha256=part.sha256
        )
    except DownloadError as error:
        if mode.is_demo():  # visitors have no use for its folders
            _LOG.warning("LiteRT.js could not be fetched: %s", error)
            raise DownloadError(
                "A browser needs LiteRT.js, and this server could not fetch it. Try again later."
            ) from error
        raise DownloadError(
            f"A browser needs LiteRT.js once (10 MB), and it could not be fetched: {error} "
            f"Connect to the internet once, or put {part.name} of the npm package "
            f"@litertjs/core {VERSION} into {folder()}."
        ) from error
    data = path.read_bytes()
    if name == MODULE:
        return _alone(data.decode()).encode()
    return data + b"\nexport default ModuleFactory\n" if name.endswith(".js") else data


def _alone(module: str) -> str:
    """The module without what it imports."""
    for old, new in _CHANGES:
        assert module.count(old) == 1, old  # its checksum says so
        module = module.replace(old, new)
    return module
