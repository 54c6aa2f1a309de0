"""Photos in, answers out: what `python -m pipeline classify --json` says, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import anyio

from pipeline.api import multipart
from pipeline.api.gate import Gate
from pipeline.api.multipart import FIELD, Part
from pipeline.api.operations import LATEST, Asked, Operation
from pipeline.api.refused import Refused
from pipeline.api.schemas import CLASSIFIED
from pipeline.classify.classifier import Classifier
from pipeline.classify.stream import told
from pipeline.errors import PhotoError
from pipeline.parallel import processors
from pipeline.photos.decoding.decode import too_large
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.decoding.file_kinds import readable_kind
from pipeline.photos.incoming import Incoming
from pipeline.settings import mode
from pipeline.settings.limits import Limits

Find = Callable[[str, str | None], tuple[str, Classifier]]  # run's id or "latest", visitor

_MOST_REQUESTS: Final = 32
_BODIES: Final = 2  # of the largest kind, that may be in memory at once


def operations(find: Find, decoder: Callable[[], Decoder]) -> list[Operation]:
    """What can be asked about photos.

    Args:
        find: Gives a run's id and its network; called from any thread.
        decoder: Gives a decoder that works; called from any thread.
    """
    allowed = mode.current()
    photo = {"type": "string", "contentMediaType": "application/octet-stream"}
    body = {
        "type": "object",
        "properties": {
            FIELD: {
                "type": "array",
                "items": photo,
                "minItems": 1,
                "maxItems": allowed.photos_per_request,
            }
        },
        "required": [FIELD],
        "additionalProperties": False,
    }
    return [
        Operation(
            "POST",
            "/classify",
            "classify",
            "What a run's network says about photos.",
            _Classifying(find, decoder).answer,
            gives=CLASSIFIED,
            refuses=(404, 408, 409, 413, 415, 422, 503),
            query={"run": {"type": "string", "minLength": 1, "default": LATEST}},
            body=body,
        )
    ]


class _Classifying:
    """Answers about photos, so many requests at once."""

    def __init__(self, find: Find, decoder: Callable[[], Decoder]) -> None:
        self._find = find
        self._decoder = decoder
        self._gate = Gate(_MOST_REQUESTS, _BODIES * mode.current().request_bytes)
        self._threads: anyio.CapacityLimiter | None = None

    async def answer(self, asked: Asked) -> Mapping[str, Any]:
        """Read the photos and answer.

        Raises:
            Refused: If the run is unknown, or not one photo can be used.
            RunError: If the run cannot answer.
        """
        with self._gate.place() as place:
            run = asked.request.query_params.get("run", LATEST)
            run, classifier = await self._in_thread(lambda: self._find(run, asked.visitor))
            allowed = mode.current()
            parts = await multipart.read(asked.request, allowed, place.take)
            found = await self._in_thread(
                lambda: told(photos_of(parts, allowed.limits), classifier, self._decoder())
            )
            if not found["accepted"]:
                status, sentence = _why_none(parts, allowed.limits)
                raise Refused(status, sentence, {"run": run, **found})
            return {"run": run, **found}

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        if self._threads is None:  # which belongs to the loop of the requests
            self._threads = anyio.CapacityLimiter(processors())
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def photos_of(parts: Sequence[Part], limits: Limits) -> list[Incoming | PhotoError]:
    """The files as the decoder takes them; of what was too large nothing was kept."""
    found: list[Incoming | PhotoError] = []
    for part in parts:
        if why := too_large(part.num_bytes, limits):
            found.append(PhotoError(part.name, *why))
        else:
            found.append(Incoming(part.name, "", None, partial(bytes, part.data)))
    return found


def _why_none(parts: Sequence[Part], limits: Limits) -> tuple[int, str]:
    """The status and the sentence of a request of which no photo can be used."""
    if all(part.num_bytes > limits.file_bytes for part in parts):
        return 413, "No photo can be used: each is too large."
    if all(readable_kind(bytes(part.data)) is None for part in parts):
        return 415, "No photo can be used: none is a picture of a kind that is read here."
    return 422, "No photo can be used; `photos` tells why, file by file."
