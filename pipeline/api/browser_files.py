"""What a browser loads to ask a network by itself: our scripts, LiteRT.js, a run's network.

Whoever may look at a run gets its network, and a browser keeps it by its checksum. Frames of a
camera are not sent here, or anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline import browser
from pipeline.api import engine_files, host_names, sentences
from pipeline.api.engine_files import EngineFiles
from pipeline.api.host_names import Listed
from pipeline.api.refused import Refused
from pipeline.browser import engine
from pipeline.browser.details import details
from pipeline.classify.bundle import MODEL_FILE, Bundle, read_bundle
from pipeline.errors import PawTuneError, RunError
from pipeline.files.seal import MEMBERS
from pipeline.settings.hyperparameters import ANSWER
from pipeline.workspace.runs import Runs

FOLDER: Final = "/api/browser"
DETAILS_FILE: Final = "details.json"
_SCRIPTS: Final = Path(browser.__file__).parent
_TYPES: Final = MappingProxyType(
    {".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json"}
)
# No other site may take what is here, and nothing is taken for another kind of file than it is.
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NOT_KEPT: Final = {**_HEADERS, "Cache-Control": "no-store"}
_FOR_EVER: Final = "max-age=31536000, immutable"

_served = False  # whether this process gives any of it out


def addresses(run_id: str, sha256: str) -> dict[str, str] | None:
    """Where a page finds what it needs for a run, from its own folder; None if nobody serves it.

    Args:
        run_id: The run.
        sha256: Of its network.
    """
    folder = FOLDER.removeprefix("/")
    run = f"{folder}/runs/{run_id}/{sha256}"
    return (
        {
            "scripts": f"{folder}/scripts/",
            "engine": f"{folder}/engine/{engine.EDITION}/",
            "model": f"{run}/{MODEL_FILE}",
            "details": f"{run}/{DETAILS_FILE}",
        }
        if _served
        else None
    )


def routes(runs: Callable[[Request], Runs], listed: Listed = host_names.none_listed) -> list[Route]:
    """The routes, for `st.App`.

    Args:
        runs: Gives the runs as whoever asks sees them; called from any thread.
        listed: The names under which the server answers; likewise.
    """
    global _served
    _served = True

    def of_run(request: Request) -> Response:
        host_names.expect_known(request, listed())
        return _run_file(runs(request), **request.path_params)

    def of_engine(request: Request) -> Response:
        host_names.expect_known(request, listed())
        return files.answer(request)

    # Scripts are the same for everybody; and they say in the page why the rest is refused.
    files = EngineFiles(_of_engine, _NOT_KEPT)
    engine_route = f"{FOLDER}/engine/{engine.EDITION}/{{name}}"
    return [
        Route(f"{FOLDER}/scripts/{{name}}", _said(_script)),
        Route(engine_route, engine_files.so_many(_said(of_engine))),
        Route(f"{FOLDER}/runs/{{run_id}}/{{sha256}}/{{name}}", _said(of_run)),
    ]


def _said(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The same, with a sentence where it does not work out; it runs in a thread of its own."""

    def answered(request: Request) -> Response:
        try:
            return answer(request)
        except KeyError:
            return JSONResponse({"detail": "There is nothing here."}, 404, _HEADERS)
        except Refused as refused:
            return JSONResponse({"detail": refused.told["error"]}, refused.status, _NOT_KEPT)
        except RunError as error:
            return JSONResponse({"detail": str(error)}, 404, _HEADERS)
        except PawTuneError as error:
            return JSONResponse({"detail": sentences.told(error, request)}, 503, _NOT_KEPT)

    return answered


def _script(request: Request) -> Response:
    name = request.path_params["name"]
    scripts = {path.name: path for path in _SCRIPTS.glob("*.js")}
    return _file(name, scripts[name].read_bytes(), "no-cache")


def _of_engine(name: str, data: bytes, head: dict[str, str]) -> Response:
    return _file(name, data, f"public, {_FOR_EVER}", head)


def _run_file(runs: Runs, run_id: str, sha256: str, name: str) -> Response:
    """A file of a run, as long as it is the one that is asked for."""
    runs.get(run_id)
    bundle = read_bundle(runs.bundle_folder(run_id))
    if bundle.manifest[MEMBERS][MODEL_FILE]["sha256"] != sha256:
        raise KeyError(sha256)
    # A browser has one visitor at a time, and may keep what that one may see. What is told of a
    # network goes with the scripts: another version may tell more.
    makers: dict[str, tuple[Callable[[Bundle], bytes], str]] = {
        MODEL_FILE: (Bundle.model, _FOR_EVER),
        DETAILS_FILE: (_details, "no-cache"),
    }
    make, kept = makers[name]
    return _file(name, make(bundle), f"private, {kept}")


def _details(bundle: Bundle) -> bytes:
    return json.dumps(details(bundle, float(ANSWER["sure_from"].default))).encode()


def _file(name: str, data: bytes, kept: str, head: dict[str, str] | None = None) -> Response:
    kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
    headers = {**_HEADERS, "Cache-Control": kept, **(head or {})}
    return Response(data, media_type=kind, headers=headers)
