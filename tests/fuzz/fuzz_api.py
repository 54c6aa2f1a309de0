"""Ask the API everything that its own document allows, and what it does not, by chance.

    python -m tests.fuzz.fuzz_api [--minutes 3] [--seed N] [--examples 50]

Round after round with another seed, against a workspace with a set, a run and the example: with a
token, and without one. The exit code is 1 when an answer breaks the document, a status is none of
those that it names, or something inside was not foreseen; what was sent is printed with its seed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import schemathesis
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.config._checks import NegativeDataRejectionConfig
from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.api import asgi, classify, health, listings, openapi
from pipeline.api.access import Access
from pipeline.api.networks import Networks
from pipeline.api.operations import Operation
from pipeline.workspace.home import Workspace, open_workspace
from tests.workspaces import add_photo_set, add_run, class_folders, decoder

TOKEN: Final = "a-token-of-many-letters"
_ADDRESS: Final = "/api/v1/openapi.json"
_REFUSED: Final = ["404", "405", "408", "409", "413", "415", "422"]
# Without a token it answers this computer alone, by its own name.
_HOST: Final = {"Host": "localhost"}


@dataclass
class Figures:
    """What came of it."""

    cases: int = 0
    failures: list[str] = field(default_factory=list)


def table(workspace: Workspace, wants_token: bool = True) -> list[Operation]:
    """All operations of the app."""
    found = [
        health.OPERATION,
        *classify.operations(Networks(lambda: workspace).find, decoder),
        *listings.operations(lambda: workspace),
    ]
    return [*found, openapi.operation(found, wants_token)]


def document_of(
    operations: Sequence[Operation], access: Access, examples: int, seed: int | None = None
) -> OpenApiSchema:
    """The document of a server with these operations, to be asked by it.

    Args:
        operations: What can be asked for.
        access: Who may ask; whoever asks here shows its token, if there is one.
        examples: Of each kind for each operation.
        seed: The same asks the same; None asks what does not hang on chance.
    """
    app = Starlette(routes=[asgi.route(operations, access)])
    heads = {"Authorization": f"Bearer {access.token}"} if access.token else _HOST
    generation = GenerationConfig(max_examples=examples, deterministic=seed is None)
    checks = ChecksConfig(
        # Bytes by chance are no photo; the document cannot say what is one.
        positive_data_acceptance=PositiveDataAcceptanceConfig(enabled=False),
        negative_data_rejection=NegativeDataRejectionConfig(expected_statuses=_REFUSED),
    )
    project = ProjectConfig(headers=heads, checks=checks, generation=generation)
    config = SchemathesisConfig(seed=seed or 1, projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_asgi(_ADDRESS, _Near(app), config=config, headers=heads)


def ask(told: OpenApiSchema) -> Figures:
    """Every operation: the bounds of each parameter, what breaks them, and chance."""
    found = Figures()
    for event in from_schema(told).execute():
        if isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            found.cases += len(event.recorder.cases)
            # `EngineFinished.failures` stays empty for them.
            for case, checks in event.recorder.checks.items():
                sent = event.recorder.interactions[case].request
                found.failures += [
                    f"{sent.method} {sent.uri}: {check.failure_info.failure}"
                    for check in checks
                    if check.failure_info is not None
                ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.failures.append(str(event))
    return found


def rounds(minutes: float, seed: int, examples: int, home: Path) -> Iterator[tuple[int, Figures]]:
    """Ask until the time is over, in turns with a token and without; each seed and what came."""
    workspace = open_workspace(home / "home")
    add_run(workspace, add_photo_set(workspace, class_folders(home / "photos")).id)
    until = time.perf_counter() + 60 * minutes
    accesses = [Access(token=TOKEN), Access()]
    while time.perf_counter() < until:
        access = accesses[seed % 2]
        operations = table(workspace, access.token is not None)
        yield seed, ask(document_of(operations, access, examples, seed))
        seed += 1


class _Near:
    """An app asked from this computer: the client of tests calls itself by a name of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        await self._app({**scope, "client": ("127.0.0.1", 50_000)}, receive, send)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print, and give the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--examples", type=int, default=50)
    wanted = parser.parse_args(arguments)
    cases = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PAWTUNE_HOME"] = str(Path(folder) / "home")
        for seed, found in rounds(wanted.minutes, wanted.seed, wanted.examples, Path(folder)):
            cases += found.cases
            print(f"seed {seed}: {cases:,} requests, {len(found.failures)} findings", flush=True)
            if found.failures:
                print("\n\n".join(found.failures))
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
