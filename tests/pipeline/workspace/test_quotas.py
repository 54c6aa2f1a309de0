"""What a visitor of the demo may bring and ask for, and for how long; local has no such thing."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from pipeline.errors import JobError, PawTuneError, QuotaError, Stopped
from pipeline.jobs import dispatch, worker
from pipeline.jobs.executors import local
from pipeline.jobs.import_job import import_source
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.photos.class_edits import RenameClass
from pipeline.photos.sources.opened import DRAWN_PETS, TFDS
from pipeline.progress import Stage, Step
from pipeline.settings import mode
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import quotas
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.quotas import expect_room_for_upload
from pipeline.workspace.runs import find
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions
from tests.file_sets import make_zip
from tests.workers import claim
from tests.workspaces import add_photo_set, add_run, class_folders, jpeg, wait_for

pytestmark = pytest.mark.thorough

ANNA, BEN = "a" * 32, "b" * 32
Demo = Callable[..., None]


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The demo, with numbers of the test's own."""

    def choose(**numbers: float | None) -> None:
        monkeypatch.setattr(mode, "DEMO", dataclasses.replace(mode.DEMO, **numbers))
        monkeypatch.setenv("PAWTUNE_MODE", "demo")

    choose()
    return choose


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """A set of Anna's: 12 photos."""
    return add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6), visitor=ANNA)


def upload(workspace: Workspace, photos: int = 6, colours: int = 2) -> Path:
    """A zip as the pages keep it."""
    files = {
        f"{name}/{n}.jpg": jpeg((90 * name, 60, 200), seed=100 * name + n)
        for name in range(colours)
        for n in range(photos)
    }
    return make_zip(workspace.uploads_folder / f"{len(files):032x}.zip", files)


# === Sources ===


def test_the_demo_takes_uploads_and_ready_sets_and_no_path(workspace, demo, tmp_path) -> None:
    jobs = Jobs(workspace, ANNA)
    jobs.submit_import(str(upload(workspace)), "Mine")
    jobs.submit_import(DRAWN_PETS)
    folder = class_folders(tmp_path / "photos", photos=6)
    inside = workspace.uploads_folder
    (inside / "link.zip").symlink_to(upload(workspace))
    for source in (
        str(folder),
        "/etc/passwd",
        str(workspace.home / "pawtune.sqlite"),
        f"{inside}/../pawtune.sqlite",
        f"{inside}/..",
        str(inside),
        str(inside / "nothing.zip"),
        str(inside / "link.zip"),
        "../uploads/x.zip",
        "",
        "\0",
        "file:///etc/passwd",
    ):
        with pytest.raises(JobError, match="Drop your photos"):
            jobs.submit_import(source)
        with pytest.raises(JobError):  # nor for the owner: the command line runs in local mode
            Jobs(workspace).submit_import(source)
    with pytest.raises(JobError):
        jobs.submit_import(DRAWN_PETS, data_dir=tmp_path)
    assert (workspace.home / "pawtune.sqlite").exists()


def test_the_demo_backs_nothing_up_and_restores_nothing(workspace, demo, tmp_path) -> None:
    for visitor in (ANNA, None):
        jobs = Jobs(workspace, visitor)
        for submit in (jobs.submit_backup, jobs.submit_restore):
            with pytest.raises(JobError, match="no backups"):
                submit(tmp_path / "all.zip")
    assert jobs.active() == ()


def test_on_ones_own_computer_everything_goes(workspace, row, tmp_path) -> None:
    jobs = Jobs(workspace)
    expect_room_for_upload(workspace, None, 10**15)
    for number in range(8):
        jobs.submit_import(str(tmp_path / str(number)))
        jobs.submit_train(row.id, TrainConfig(seed=number))
    jobs.submit_backup(tmp_path / "all.zip")
    assert len(jobs.active()) == 17


# === Photos ===


def test_an_upload_that_is_too_much_is_refused_before_it_is_kept(workspace, row, demo) -> None:
    demo(visitor_bytes=row.bytes + 1000, workspace_bytes=10**9)
    expect_room_for_upload(workspace, ANNA, 500)
    with pytest.raises(QuotaError, match="delete a set"):
        expect_room_for_upload(workspace, ANNA, 2000)
    expect_room_for_upload(workspace, BEN, 2000)  # what Anna has is not Ben's
    demo(visitor_bytes=None, workspace_bytes=row.bytes + 1000)
    with pytest.raises(QuotaError, match="all visitors"):
        expect_room_for_upload(workspace, BEN, 2000)


def test_what_waits_for_its_import_counts(workspace, demo) -> None:
    path = upload(workspace)
    size = path.stat().st_size
    demo(visitor_bytes=int(1.5 * size))
    expect_room_for_upload(workspace, ANNA, size)
    Jobs(workspace, ANNA).submit_import(str(path))
    with pytest.raises(QuotaError, match="delete a set"):
        expect_room_for_upload(workspace, ANNA, size)
    expect_room_for_upload(workspace, BEN, size)


def test_an_upload_whose_import_is_refused_does_not_stay(workspace, demo) -> None:
    path = upload(workspace)
    demo(visitor_bytes=100)
    with pytest.raises(QuotaError, match="delete a set"):
        Jobs(workspace, ANNA).submit_import(str(path))
    assert not path.exists()


def test_versions_of_a_set_count_what_they_share_once(workspace, row, demo) -> None:
    once = sum(
        path.stat().st_size for path in (workspace.photo_sets_folder / row.id).glob("*.pack")
    )
    Versions(workspace, ANNA).edit(row.id, RenameClass("blue", "sky"))
    demo(visitor_bytes=2 * once)
    expect_room_for_upload(workspace, ANNA, 0)


def test_a_change_needs_room_as_well(workspace, row, demo) -> None:
    """Each version may hold photos that no other has any more."""
    demo(visitor_bytes=1000)
    with pytest.raises(QuotaError, match="delete a set"):
        Versions(workspace, ANNA).edit(row.id, RenameClass("blue", "sky"))
    PhotoSets(workspace, ANNA).delete(row.id)


def test_the_number_of_sets_is_limited(workspace, row, demo) -> None:
    demo(visitor_photo_sets=2)
    jobs = Jobs(workspace, ANNA)
    jobs.submit_import(str(upload(workspace)))  # it will be the second
    with pytest.raises(QuotaError, match="2 photo sets"):
        jobs.submit_import(DRAWN_PETS)
    jobs.submit_import(str(upload(workspace, 7)), into=row.id)  # no new set
    Jobs(workspace, BEN).submit_import(DRAWN_PETS)


def test_a_ready_set_that_is_too_large_is_not_even_fetched(workspace, demo) -> None:
    with pytest.raises(QuotaError, match="23,262 photos"):
        Jobs(workspace, ANNA).submit_import(TFDS)
    assert Jobs(workspace).active() == ()


def import_now(workspace: Workspace, job: Job) -> dict[str, object]:
    """Do an import in this process."""
    with workspace.database.reading() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
    report = Reporter(workspace, job.id)
    try:
        return import_source(workspace, record, report)
    finally:
        report.close()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"visitor_photos": 20}, "20 at a time"),
        ({"visitor_bytes": 40_000}, "delete a set"),
        ({"workspace_bytes": 40_000}, "all visitors"),
    ],
)
def test_what_an_import_brought_is_weighed_before_it_is_recorded(
    workspace, row, demo, numbers: dict[str, int], said: str
) -> None:
    job = Jobs(workspace, ANNA).submit_import(str(upload(workspace)), "Mine")
    demo(**numbers)
    with pytest.raises(QuotaError, match=said):
        import_now(workspace, job)
    assert [one.id for one in PhotoSets(workspace).list()] == [row.id]
    assert list(workspace.uploads_folder.iterdir()) == []
    assert [path.name for path in workspace.photo_sets_folder.iterdir()] == [row.id]


def test_an_import_within_the_quota_belongs_to_its_visitor(workspace, demo) -> None:
    job = Jobs(workspace, ANNA).submit_import(str(upload(workspace)), "Mine")
    made = import_now(workspace, job)["photo_set"]
    assert [one.id for one in PhotoSets(workspace, ANNA).list()] == [made]
    assert PhotoSets(workspace, BEN).list() == ()
    again = Jobs(workspace, ANNA).submit_import(str(upload(workspace, 7)), into=str(made))
    demo(visitor_photos=12, visitor_photo_sets=1)
    with pytest.raises(QuotaError, match="14 photos"):
        import_now(workspace, again)
    assert len(PhotoSets(workspace, ANNA).open(str(made)).photos) == 12


def test_the_same_photos_again_cost_nothing(workspace, demo) -> None:
    first = import_now(workspace, Jobs(workspace, ANNA).submit_import(str(upload(workspace))))
    for job in (jobs := Jobs(workspace, ANNA)).active():
        jobs.stop(job.id)
    demo(visitor_photos=13, visitor_photo_sets=2)
    again = jobs.submit_import(str(upload(workspace)), "Again")
    assert import_now(workspace, again)["photo_set"] == first["photo_set"]


# === Work ===


def test_waiting_work_is_limited_for_one_and_for_all(workspace, row, demo) -> None:
    demo(visitor_waiting_jobs=2, waiting_jobs=3)
    anna, ben = Jobs(workspace, ANNA), Jobs(workspace, BEN)
    Jobs(workspace).submit_train(row.id, TrainConfig())  # its owner's work does not count
    first = anna.submit_train(row.id, TrainConfig())
    anna.submit_save(row.id)
    with pytest.raises(JobError, match="2 pieces of your work"):
        anna.submit_train(row.id, TrainConfig(seed=1))
    assert len([run for run in anna.active() if run.kind == "train"]) == 2
    ben.submit_import(DRAWN_PETS)
    with pytest.raises(JobError, match="queue of this demo is full"):
        ben.submit_import(str(upload(workspace)))
    anna.stop(first.id)
    ben.submit_import(str(upload(workspace)))


@pytest.mark.slow
def test_a_crowd_fills_the_queue_and_no_more(workspace, demo) -> None:
    """A hundred visitors press at the same moment, twelve times each."""
    demo(visitor_waiting_jobs=2, waiting_jobs=30)

    def press(number: int) -> bool:
        try:
            config = TrainConfig(seed=number)
            Jobs(workspace, f"{number % 100:032x}").submit_timing(config)
        except JobError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        taken = sum(pool.map(press, range(1200)))
    with workspace.database.reading() as session:
        owners = Counter(session.scalars(select(JobRecord.visitor)))
    assert taken == owners.total() == 30
    assert max(owners.values()) <= 2


def test_a_refused_training_leaves_no_run(workspace, row, demo) -> None:
    demo(visitor_waiting_jobs=0)
    with pytest.raises(JobError):
        Jobs(workspace, ANNA).submit_train(row.id, TrainConfig())
    run = add_run(workspace, row.id, visitor=ANNA, state="interrupted")
    (run.folder / "last.safetensors").touch()
    with pytest.raises(JobError):
        Jobs(workspace, ANNA).continue_run(run.id)
    with workspace.database.reading() as session:
        assert find(session, run.id).state == "interrupted"
    assert examine(workspace)["runs"] == 1


def test_measurements_do_not_stand_in_the_way(workspace, row, demo) -> None:
    demo(visitor_waiting_jobs=1)
    jobs = Jobs(workspace, ANNA)
    jobs.submit_timing(TrainConfig())
    jobs.submit_train(row.id, TrainConfig())
    with pytest.raises(JobError):
        jobs.submit_timing(TrainConfig(alpha=0.5))


# === Time ===


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """Something that runs and hears nothing."""
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield child
    child.kill()
    child.wait()


def running(workspace: Workspace, visitor: str | None, pid: int) -> str:
    job = Jobs(workspace, visitor).submit_import(DRAWN_PETS)
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        record.state, record.pid = "running", pid
        record.pid_created = psutil.Process(pid).create_time()
    return job.id


def test_work_that_is_over_its_time_is_stopped_then_killed(
    workspace, demo, process, monkeypatch
) -> None:
    job_id = running(workspace, ANNA, process.pid)
    jobs = Jobs(workspace, ANNA)
    jobs.settle()
    assert not jobs.get(job_id).stopping
    demo(minutes_per_job=0.0001)
    wait_for(lambda: _settled(workspace).get(job_id).stopping, "that it is asked to stop")
    assert jobs.get(job_id).state == "running", "it may still end by itself"
    monkeypatch.setattr(dispatch, "STOP_GRACE_S", 0.0)
    jobs.settle()
    job = jobs.get(job_id)
    assert job.state == "stopped"
    assert job.error is not None
    assert "0.0001 minutes" in job.error
    wait_for(lambda: process.poll() is not None, "its end")


def test_the_owners_work_has_no_limit(workspace, demo, process) -> None:
    demo(minutes_per_job=0.0001)
    owners = running(workspace, None, process.pid)
    annas = running(workspace, ANNA, process.pid)
    wait_for(lambda: _settled(workspace).get(annas).stopping, "that hers is asked to stop")
    assert not Jobs(workspace).get(owners).stopping


def test_a_stop_that_a_person_asked_for_says_nothing_of_time(workspace, demo, process) -> None:
    job_id = running(workspace, ANNA, process.pid)
    Jobs(workspace, ANNA).stop(job_id)
    process.kill()
    process.wait()
    demo(minutes_per_job=0.0001)  # noticed much later
    wait_for(lambda: _settled(workspace).get(job_id).finished, "its end")
    job = Jobs(workspace).get(job_id)
    assert job.state == "stopped"


def _settled(workspace: Workspace) -> Jobs:
    jobs = Jobs(workspace)
    jobs.settle()
    return jobs


def test_the_worker_stops_itself(workspace, demo, monkeypatch) -> None:
    """Nobody has to look: the worker knows its time."""

    def long_work(_workspace: Workspace, _job: JobRecord, report: Reporter) -> dict[str, object]:
        wait_for(lambda: report(Stage(Step.READING_PHOTOS)) is not None, "that it is stopped", 20)
        return {}

    demo(minutes_per_job=0.005)
    monkeypatch.setitem(worker.WORK, "import", long_work)
    job_id = running(workspace, ANNA, os.getpid())
    claim(workspace, job_id)
    assert worker.do_job(workspace, job_id, 1) == 0
    job = Jobs(workspace).get(job_id)
    assert (job.state, job.result) == ("stopped", {})
    assert job.error is not None
    assert "demo" in job.error


def test_without_a_limit_nothing_stops_by_itself(workspace) -> None:
    assert quotas.time_limit_s(None) is None
    report = Reporter(workspace, "job-none", None)
    late = Reporter(workspace, "job-none", 0.0)
    wait_for(late._stop.is_set, "the stop", 5)  # the one before it has looked at the clock, too
    report.check()
    report.close()
    with pytest.raises(Stopped):
        late.check()
    late.close()


def test_a_visitors_work_meets_the_demos_limits_whoever_starts_it(workspace, monkeypatch) -> None:
    """The owner looks at the demo's workspace from the command line, in local mode."""
    started: list[dict[str, str]] = []

    class Child:
        pid = os.getpid()

        def __init__(self, *_command: object, env: dict[str, str], **_: object) -> None:
            started.append(env)

        def poll(self) -> None:
            return None

    monkeypatch.setattr(local.subprocess, "Popen", Child)
    for visitor in (ANNA, None):
        job = Jobs(workspace, visitor).submit_import(DRAWN_PETS)
        with workspace.database.reading() as session:
            record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        local.Local(workspace).start(record, 1)
    local._children.clear()
    assert [env.get("PAWTUNE_MODE") for env in started] == ["demo", None]


def test_every_refusal_says_what_to_do(workspace, row, demo, tmp_path) -> None:
    said = []
    for numbers, call in (
        ({"visitor_bytes": 1}, lambda jobs: jobs.submit_import(str(upload(workspace)))),
        ({"workspace_bytes": 1}, lambda jobs: jobs.submit_train(row.id, TrainConfig())),
        ({"visitor_photos": 1}, lambda jobs: jobs.submit_import(DRAWN_PETS)),
        ({"visitor_photo_sets": 0}, lambda jobs: jobs.submit_import(DRAWN_PETS)),
        ({"visitor_waiting_jobs": 0}, lambda jobs: jobs.submit_import(DRAWN_PETS)),
        ({"waiting_jobs": 0}, lambda jobs: jobs.submit_import(DRAWN_PETS)),
        ({}, lambda jobs: jobs.submit_import(str(tmp_path))),
        ({}, lambda jobs: jobs.submit_backup(tmp_path / "x")),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(mode, "DEMO", dataclasses.replace(mode.DEMO, **numbers))
            with pytest.raises(PawTuneError) as caught:
                call(Jobs(workspace, ANNA))
        said.append(str(caught.value))
    assert len(set(said)) == len(said)
    for sentence in said:
        assert sentence.endswith(".")
        assert any(
            word in sentence
            for word in ("delete", "Delete", "Try again", "Wait", "Drop", "Save", "stop")
        ), sentence


def test_what_is_prepared_by_itself_does_not_stand_in_the_way(workspace, row, demo) -> None:
    demo(visitor_waiting_jobs=1)
    jobs = Jobs(workspace, ANNA)
    assert jobs.prepare(row.id, TrainConfig()) is not None
    jobs.submit_train(row.id, TrainConfig())
