"""The document says what is there, and what is there keeps to the document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.api import openapi
from pipeline.api.access import Access
from pipeline.workspace.home import open_workspace
from tests.fuzz.fuzz_api import TOKEN, ask, document_of, table
from tests.workspaces import add_photo_set, add_run, class_folders

EXAMPLES = 8  # of each kind for each operation; `make fuzzapi` asks for longer


@pytest.mark.thorough
@pytest.mark.parametrize("token", [TOKEN, None])
def test_whatever_is_sent_the_answer_keeps_to_the_document(
    own_home: Path, tmp_path: Path, with_example: None, token: str | None
) -> None:
    """The bounds of each parameter, what breaks them, methods that are not there, and chance."""
    workspace = open_workspace(own_home)
    add_run(workspace, add_photo_set(workspace, class_folders(tmp_path / "photos")).id)
    operations = table(workspace, wants_token=token is not None)
    found = ask(document_of(operations, Access(token=token), EXAMPLES))
    assert not found.failures, "\n\n".join(found.failures)
    assert found.cases > 50


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
