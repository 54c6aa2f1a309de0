"""One bundle alone answers programs: no pages, no database, no TensorFlow, little memory.

`python -m pipeline serve RUN` finds the bundle and starts this. Standard output carries one line
of JSON: where it listens, or why it does not.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette

from pipeline.api import asgi, classify, health, openapi
from pipeline.api.access import Access
from pipeline.api.decoders import Decoders
from pipeline.api.listening import listen
from pipeline.api.operations import LATEST, PREFIX, Operation
from pipeline.api.refused import Refused
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import PawTuneError, SettingError
from pipeline.settings.environment import api_token

_MOST_CONNECTIONS: Final = 256


def operations(
    run_id: str, classifier: Classifier, decoders: Decoders, wants_token: bool
) -> list[Operation]:
    """What can be asked of one network.

    Args:
        run_id: Of the run that made it.
        classifier: The network.
        decoders: Decode the photos.
        wants_token: Whether one has to show a token.
    """

    def find(asked: str, _visitor: str | None) -> tuple[str, Classifier]:
        if asked not in (run_id, LATEST):
            raise Refused(404, f"This server answers for one run alone: {run_id}.")
        return run_id, classifier

    found = [health.OPERATION, *classify.operations(find, decoders.get)]
    return [*found, openapi.operation(found, wants_token)]


def main(arguments: Sequence[str]) -> int:
    """Serve until somebody ends the process; the exit code.

    Args:
        arguments: The run's id, its bundle's folder, the address and the port to listen at.
    """
    run_id, bundle, host, port = arguments
    try:
        classifier = Classifier(read_bundle(Path(bundle)))
        listening = _listen(host, int(port))
        access = Access(token=api_token())
    except PawTuneError as error:
        print(json.dumps({"error": str(error)}, ensure_ascii=False))
        return 1
    # Ctrl+C is how one ends it: uvicorn raises it again once everybody is answered.
    with suppress(KeyboardInterrupt), closing(listening), closing(Decoders()) as decoders:
        decoders.get()  # warm before the first photo comes
        asked = operations(run_id, classifier, decoders, access.token is not None)
        app = Starlette(routes=[asgi.route(asked, access)])
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            # Who asks is who connects: what a proxy says of others makes nobody local.
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MOST_CONNECTIONS,
        )
        place = f"[{host}]" if ":" in host else host
        address = f"http://{place}:{listening.getsockname()[1]}{PREFIX}"
        print(json.dumps({"run": run_id, "address": address}, ensure_ascii=False), flush=True)
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Raises:
        SettingError: If that cannot be.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return listen(str(found[0][4][0]), int(found[0][4][1]), found[0][0])
    except (OSError, UnicodeError) as error:
        raise SettingError(
            f"It cannot listen there ({error}). Choose another port. Received: {host}:{port}."
        ) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
