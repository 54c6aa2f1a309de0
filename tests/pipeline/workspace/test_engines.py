"""What talks to a database: the same rows, the same sentences and the same turns on each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text

from pipeline.errors import WorkspaceError
from pipeline.jobs.queue import Jobs
from pipeline.workspace.database import Database
from pipeline.workspace.engines import open_engine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.tables import FileRecord, JobRecord

pytestmark = pytest.mark.thorough


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(
    request: pytest.FixtureRequest, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """One whose jobs only wait."""
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres").new_database()
        # As people write it: without the name of a driver.
        monkeypatch.setenv("PAWTUNE_DATABASE_URL", address.replace("+psycopg", ""))
    monkeypatch.setattr("pipeline.jobs.dispatch._start_next", lambda _workspace: False)
    workspace = open_workspace(own_home)
    yield workspace
    workspace.database.close()


# === Addresses ===


def test_without_a_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(WorkspaceError, match=r"pip install -r requirements-cluster\.txt"):
        open_engine("postgresql://ann@db/pets")


@pytest.mark.parametrize("url", ["mysql://ann:SECRET@db/pets", "SECRET"])
def test_another_address_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(WorkspaceError, match="postgresql://USER") as told:
        open_engine(url)
    assert "SECRET" not in str(told.value)


def test_a_server_that_is_not_there_is_a_sentence(own_home: Path) -> None:
    with pytest.raises(WorkspaceError, match="See that its server runs") as told:
        Database(own_home, "postgresql://ann:SECRET@127.0.0.1:9/pets")
    assert "SECRET" not in str(told.value)
    assert "\n" not in str(told.value)


def test_what_a_server_wishes_of_its_connections_stays(postgres) -> None:
    engine = open_engine(f"{postgres.new_database()}&options=-c%20work_mem%3D3MB")
    with engine.connect() as connection:
        said = [connection.scalar(text(f"SHOW {what}")) for what in ("work_mem", "lock_timeout")]
    engine.dispose()
    assert said == ["3MB", "15s"]


# === Values ===


def test_a_file_of_three_gibibytes_is_kept(workspace: Workspace) -> None:
    with workspace.database.writing() as session:
        session.add(FileRecord(path="a", sha256="0" * 64, bytes=3 * 2**30, owner="set-1"))
    with workspace.database.reading() as session:
        assert session.scalars(select(FileRecord.bytes)).one() == 3 * 2**30


def test_a_nul_is_left_out_and_hides_no_other_work(workspace: Workspace) -> None:
    jobs = Jobs(workspace)
    odd = jobs.submit_import("a\0b \\u0000 🐈", "n\0ame")
    plain = jobs.submit_import("plain")
    assert jobs.latest("import", source="plain") == plain
    assert jobs.latest("import", source="ab \\u0000 🐈").id == odd.id
    assert odd.title == "Import name"


def test_half_a_character_hides_no_other_work(workspace: Workspace) -> None:
    jobs = Jobs(workspace)
    jobs.submit_import("caf\udce9")
    assert jobs.latest("import", source="plain") is None


def test_what_a_database_refuses_is_a_sentence(workspace: Workspace) -> None:
    row = {"path": "a", "sha256": "0" * 64, "bytes": 1, "owner": "set-1"}
    with workspace.database.writing() as session:
        session.add(FileRecord(**row))
    with (
        pytest.raises(WorkspaceError, match=r"What was kept before is safe\. Try again"),
        workspace.database.writing() as session,
    ):
        session.add(FileRecord(**row))


def test_what_a_database_refuses_is_not_tried_for_two_minutes(workspace: Workspace) -> None:
    tries = []

    def twice(session) -> None:
        tries.append(1)
        for _ in range(2):
            session.execute(text("INSERT INTO hidden_runs VALUES ('run-1')"))

    with pytest.raises(WorkspaceError):
        workspace.database.keep(twice)
    assert len(tries) == 1


# === Turns ===


def test_who_looks_sees_one_moment(workspace: Workspace) -> None:
    jobs = Jobs(workspace)
    with workspace.database.reading() as session:
        assert session.scalars(select(JobRecord.id)).all() == []
        jobs.submit_import("meanwhile")
        assert session.scalars(select(JobRecord.id)).all() == []


def test_who_writes_is_alone_from_the_first_line(workspace: Workspace) -> None:
    """Each adds one where there are fewer than five: no more may come of it, ever."""
    together = Barrier(8)

    def add(number: int) -> None:
        together.wait()
        for turn in range(3):
            with workspace.database.writing() as session:
                if len(session.scalars(select(FileRecord.path)).all()) < 5:
                    path = f"{number}-{turn}"
                    session.add(FileRecord(path=path, sha256="0" * 64, bytes=1, owner="x"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))
    with workspace.database.reading() as session:
        assert len(session.scalars(select(FileRecord)).all()) == 5


def test_a_double_click_is_one_job(workspace: Workspace) -> None:
    together = Barrier(8)

    def submit(_number: int) -> str:
        together.wait()
        return Jobs(workspace).submit_import("photos", "Pets").id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(submit, range(8)))) == 1
