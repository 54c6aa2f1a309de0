"""A run as a web page of its own: it answers in the browser, and asks nobody for anything.

As a folder for any host of files it also keeps itself on the device, and can be installed. As one
file it has its network and its engine inside, packed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline import browser
from pipeline.browser import engine
from pipeline.classify.bundle import MODEL_FILE
from pipeline.evaluation.metrics import probabilities
from pipeline.exporting import templates, web_script
from pipeline.exporting.rendering import rendered
from pipeline.network.litert_runner import LOGITS, LitertNetwork
from pipeline.progress import Report

CARD: Final = "MODEL_CARD.md"
DETAILS: Final = "details.json"
LICENCE: Final = "LICENSE.txt"
MANIFEST: Final = "manifest.webmanifest"
WORKER: Final = "service_worker.js"
PAGE: Final = "index.html"

_OURS: Final = Path(templates.__file__).parent / "web"
_SHARED: Final = Path(browser.__file__).parent
_TEXTS: Final = _OURS / "texts.json"
_APACHE: Final = Path(__file__).parents[2] / "LICENSE"
# The one pair that every browser can run.
_ENGINE: Final = (
    engine.MODULE,
    "litert_wasm_compat_internal.js",
    "litert_wasm_compat_internal.wasm",
)
_SHARED_CODE: Final = ("answer", "heat", "network", "numbers", "photo")
_CODE: Final = ("answer_view", "camera", "page", "words")
_ICONS: Final = {"192": "any", "512": "any", "full": "maskable"}  # and what each is for
_SIDES: Final = {"192": 192, "512": 512, "full": 512}  # in pixels
_COLOUR: Final = "#fffdf9"  # `--page` of page.css, while the page is not there yet
# What each kind of page may load: nothing from anybody else.
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'"
)
_POLICY_OF_ONE_FILE: Final = (
    "default-src 'none'; script-src {script} blob: 'wasm-unsafe-eval'; style-src {style}; "
    "connect-src blob:; img-src data:; base-uri 'none'; form-action 'none'"
)
_COVERED: Final = f"""The page and its programs: PawTune.
engine/: LiteRT.js {engine.VERSION}, Copyright Google LLC (npm package @litertjs/core; the import of
its loader was changed). All under this licence:

"""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What differs from page to page.

    Attributes:
        name: The run's.
        model: Its LiteRT file.
        details: See `pipeline.browser.details`.
        card: The model card, in Markdown.
        engine: LiteRT.js, by the names of its files.
    """

    name: str
    model: bytes
    details: Mapping[str, Any]
    card: str
    engine: Mapping[str, bytes]


def fetched(report: Report) -> dict[str, bytes]:
    """LiteRT.js as it goes along, by the names of its files.

    Raises:
        DownloadError: If it is not here and cannot be fetched.
        Stopped: From `report`.
    """
    return {name: engine.content(name, report) for name in _ENGINE}


def ask(model: bytes, details: Mapping[str, Any], photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the page's network says, by the numbers that the page has of it.

    Args:
        model: The LiteRT file.
        details: See `Parts`.
        photos: `(N, S, S, 3)` uint8 RGB in [0, 255].

    Returns:
        `(N, C)` probabilities, columns in the order of the classes.
    """
    (logits,) = LitertNetwork(model).run(photos, [LOGITS])
    return probabilities(logits / details["temperature"])


def folder(parts: Parts) -> dict[str, bytes]:
    """Every file of the page, by name; the same parts give the same bytes."""
    icon = "icons/192.png"
    files = {
        PAGE: rendered(
            "web/index.html", single=False, policy=_POLICY, icon=icon, **_said(parts)
        ).encode(),
        "page.css": (_OURS / "page.css").read_bytes(),
        MANIFEST: _json(_manifest(parts.name)),
        **{f"icons/{name}.png": (_OURS / f"icons/{name}.png").read_bytes() for name in _ICONS},
        **{f"code/{name}.js": text.encode() for name, text in _modules("parts").items()},
        **{f"engine/{name}": data for name, data in parts.engine.items()},
        MODEL_FILE: parts.model,
        DETAILS: _json(parts.details),
        CARD: parts.card.encode(),
        LICENCE: _licence().encode(),
    }
    return {**files, WORKER: _worker(files)}


def one_file(parts: Parts) -> bytes:
    """The page with all that it needs inside."""
    script = web_script.joined(_modules("parts_embedded", "parts"))
    style = (_OURS / "page.css").read_text(encoding="utf-8")
    packed = {MODEL_FILE: parts.model, DETAILS: _json(parts.details)}
    packed |= {f"engine/{name}": data for name, data in parts.engine.items()}
    icon = base64.b64encode((_OURS / "icons/192.png").read_bytes()).decode("ascii")
    return rendered(
        "web/index.html",
        single=True,
        policy=_POLICY_OF_ONE_FILE.format(script=_hash(script), style=_hash(style)),
        icon=f"data:image/png;base64,{icon}",
        style=style,
        script=script,
        blocks={name: _packed(data) for name, data in packed.items()},
        **_said(parts),
    ).encode()


def texts() -> dict[str, dict[str, str]]:
    """The page's words: language, key, text."""
    found: dict[str, dict[str, str]] = json.loads(_TEXTS.read_text(encoding="utf-8"))
    return found


def _said(parts: Parts) -> dict[str, str]:
    """What the page says in either form. JSON in a page must not end the block that it is in."""
    words = json.dumps(texts(), ensure_ascii=False).replace("<", "\\u003c")
    return {"name": parts.name, "card": parts.card, "licence": _licence(), "texts": words}


def _modules(parts: str, called: str | None = None) -> dict[str, str]:
    """The page's modules by name; `parts` is where it finds what it is made of."""
    places = {name: _SHARED / f"{name}.js" for name in _SHARED_CODE}
    places |= {name: _OURS / f"{name}.js" for name in _CODE}
    places[called or parts] = _OURS / f"{parts}.js"
    return {name: path.read_text(encoding="utf-8") for name, path in places.items()}


def _manifest(name: str) -> dict[str, Any]:
    """What a device needs to install the page."""
    return {
        "name": name,
        "short_name": name[:12],
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": _COLOUR,
        "theme_color": _COLOUR,
        "icons": [
            {
                "src": f"icons/{icon}.png",
                "sizes": f"{_SIDES[icon]}x{_SIDES[icon]}",
                "type": "image/png",
                "purpose": purpose,
            }
            for icon, purpose in _ICONS.items()
        ],
    }


def _worker(files: Mapping[str, bytes]) -> bytes:
    """The service worker that keeps these files; other files make it another one."""
    source = (_OURS / WORKER).read_text(encoding="utf-8")
    for constant, value in (("VERSION", _version(files)), ("FILES", sorted(files))):
        source, found = re.subn(
            rf"^const {constant} = .*$",
            f"const {constant} = {json.dumps(value)}",
            source,
            flags=re.M,
        )
        assert found == 1, constant
    return source.encode()


def _version(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name} {hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()[:16]


def _licence() -> str:
    return _COVERED + _APACHE.read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a policy calls a script or a style that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, mtime=0)).decode("ascii")


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
