"""The document says what is there, and what is there keeps to the document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import schemathesis
from schemathesis.config import (
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.applications import Starlette

from pipeline.api import asgi, classify, health, listings, openapi
from pipeline.api.access import Access
from pipeline.api.networks import Networks
from pipeline.api.operations import Operation
from pipeline.workspace.home import Workspace, open_workspace
from tests.workspaces import add_photo_set, add_run, class_folders, decoder

EXAMPLES = 8  # of each kind for each operation
TOKEN = "a-token-of-many-letters"
HEADS = {"Authorization": f"Bearer {TOKEN}"}


def table(workspace: Workspace) -> list[Operation]:
    """All operations of the app."""
    found = [
        health.OPERATION,
        *classify.operations(Networks(lambda: workspace).find, decoder),
        *listings.operations(lambda: workspace),
    ]
    return [*found, openapi.operation(found, wants_token=True)]


@pytest.fixture
def told(own_home: Path, tmp_path: Path, with_example: None) -> OpenApiSchema:
    workspace = open_workspace(own_home)
    add_run(workspace, add_photo_set(workspace, class_folders(tmp_path / "photos")).id)
    app = Starlette(routes=[asgi.route(table(workspace), Access(token=TOKEN))])
    generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True)
    config = SchemathesisConfig(
        seed=1,
        projects=ProjectsConfig(default=ProjectConfig(headers=HEADS, generation=generation)),
    )
    address = "/api/v1/openapi.json"
    return schemathesis.openapi.from_asgi(address, app, config=config, headers=HEADS)


@pytest.mark.thorough
def test_whatever_is_sent_the_answer_keeps_to_the_document(told: OpenApiSchema) -> None:
    """The bounds of each parameter, what breaks them, methods that are not there, and chance."""
    failures, errors, cases = [], [], 0
    for event in from_schema(told).execute():
        if isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            cases += len(event.recorder.cases)
        elif isinstance(event, events.EngineFinished):
            failures = event.failures
        elif isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(event)
    assert not errors
    assert not failures, "\n\n".join(map(str, failures))
    assert cases > 50


def test_every_operation_is_in_it_with_its_refusals(own_home: Path) -> None:
    operations = table(open_workspace(own_home))
    told = openapi.document(operations, wants_token=True)
    assert told["openapi"].startswith("3.1")
    for one in operations:
        described = told["paths"][f"/api/v1{one.path}"][one.method.lower()]
        assert set(map(str, one.refuses)) < set(described["responses"])
        named = {parameter["name"] for parameter in described["parameters"]}
        assert named == {*one.query, *re.findall(r"\{(\w+)\}", one.path)}
    names = [one.name for one in operations]
    assert len(set(names)) == len(names)


def test_it_says_whether_a_token_is_needed(own_home: Path) -> None:
    operations = table(open_workspace(own_home))
    with_one = openapi.document(operations, wants_token=True)
    without = openapi.document(operations, wants_token=False)
    for path in ("/api/v1/runs", "/api/v1/openapi.json"):
        described = with_one["paths"][path]["get"]
        assert described["security"] == [{"token": []}]
        assert "401" in described["responses"]
        described = without["paths"][path]["get"]
        assert described["security"] == []
        assert "401" not in described["responses"]
    assert with_one["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer"}
    }
    assert "securitySchemes" not in without["components"]
    for told in (with_one, without):
        health = told["paths"]["/api/v1/health"]["get"]
        assert (health["security"], "401" in health["responses"]) == ([], False)
