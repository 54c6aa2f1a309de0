"""Two visitors of one server: what is one's is as good as not there for the other."""

from __future__ import annotations

import ast
import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from pipeline.errors import PawTuneError, PhotoSetError, RunError
from pipeline.jobs import dispatch
from pipeline.jobs.questions import Questions
from pipeline.jobs.queue import Jobs
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.network.names import LAST_FILE
from pipeline.photos.class_edits import AddClass
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import open_source
from pipeline.photos.sources.readings import Reading
from pipeline.progress import silent
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.sweep_plan import RANDOM, Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace import startup
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import BUNDLE, Runs, find
from pipeline.workspace.seals import Seals
from pipeline.workspace.sweeps import Sweeps
from pipeline.workspace.tables import AlbumRecord, EpochRecord, JobRecord, RunRecord, SweepRecord
from pipeline.workspace.versions import Versions
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, add_run, class_folders

ANNA, BEN = "a" * 32, "b" * 32
MISSING = "no-such-id"
STORES = (PhotoSets, Versions, Runs, Remarks, Seals, Jobs, SweepQueue, Sweeps, Questions)
PLAN = Plan(TrainConfig(), (read_space("learning_rate=1e-5..1e-2"),), RANDOM)


class World:
    """A workspace with a photo set and a finished run of everybody's, of Anna's and of Ben's."""

    def __init__(self, workspace: Workspace, sets: dict[str | None, PhotoSetRow]) -> None:
        self.workspace = workspace
        self.sets = sets
        self.runs: dict[str | None, Run] = {
            visitor: add_run(workspace, row.id, f"Run on {row.name}", visitor=visitor)
            for visitor, row in sets.items()
        }
        for run in self.runs.values():  # it can answer, and go on
            (run.folder / BUNDLE).mkdir()
            (run.folder / LAST_FILE).touch()
            with workspace.database.writing() as session:
                find(session, run.id).can_answer = True
        self.jobs = {
            visitor: Jobs(workspace, visitor).submit_import("drawn:pets").id
            for visitor in (None, ANNA, BEN)
        }
        self.sweeps: dict[str | None, str] = {}
        for visitor, row in sets.items():
            with workspace.database.writing() as session:
                sweeps = Sweeps(workspace, visitor)
                self.sweeps[visitor] = sweeps.add(session, row.id, PLAN.to_json(), "over").id

    def stores(self, visitor: str | None) -> dict[str, Any]:
        return {store.__name__: store(self.workspace, visitor) for store in STORES}

    def rows(self) -> list[tuple[Any, ...]]:
        """What the database says of everything that belongs to somebody."""
        with self.workspace.database.reading() as session:
            return [
                *session.query(AlbumRecord.id, AlbumRecord.name, AlbumRecord.visitor),
                *session.query(
                    RunRecord.id,
                    RunRecord.name,
                    RunRecord.visitor,
                    RunRecord.state,
                    RunRecord.note,
                ),
                *session.query(SweepRecord.id, SweepRecord.job_id, SweepRecord.visitor),
                *session.query(
                    JobRecord.id, JobRecord.state, JobRecord.visitor, JobRecord.stop_requested_at
                ),
            ]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sets, made once: importing costs most of the time."""
    folder = tmp_path_factory.mktemp("world")
    workspace = open_workspace(folder / "home")
    for number, visitor in enumerate((None, ANNA, BEN)):
        photos = class_folders(folder / str(number), photos=6 + number)
        add_photo_set(workspace, photos, f"Set {number}", visitor)
    workspace.database.close()
    return folder / "home"


@pytest.fixture
def world(template: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    shutil.copytree(template, own_home)
    workspace = open_workspace(own_home)
    names = {"Set 0": None, "Set 1": ANNA, "Set 2": BEN}
    return World(workspace, {names[row.name]: row for row in PhotoSets(workspace).list()})


# Every method of a store that takes an id: whose id, how it is called, and whether it changes
# what it names. A method that is in neither list fails a test below.
Call = Callable[[Any, str], Any]
CALLS: dict[str, tuple[str, Call, bool]] = {
    "PhotoSets.get": ("set", lambda store, one: store.get(one), False),
    "PhotoSets.open": ("set", lambda store, one: store.open(one), False),
    "PhotoSets.expect": ("set", lambda store, one: store.expect(one), False),
    "PhotoSets.rename": ("set", lambda store, one: store.rename(one, "Mine"), True),
    "PhotoSets.delete": ("set", lambda store, one: store.delete(one), True),
    "PhotoSets.find": ("set", lambda store, one: in_session(store, store.find, one), False),
    "PhotoSets.find_own": ("set", lambda store, one: in_session(store, store.find_own, one), True),
    "Versions.edit": ("set", lambda store, one: store.edit(one, AddClass("sky")), True),
    "Versions.add_photos": ("set", lambda store, one: store.add_photos(one, nothing(store)), True),
    "Versions.confirm_labels": ("set", lambda store, one: store.confirm_labels(one, [0]), True),
    "Versions.newest": ("set", lambda store, one: store.newest(one), False),
    "Versions.undo": ("set", lambda store, one: store.undo(one), True),
    "Versions.redo": ("set", lambda store, one: store.redo(one), True),
    "Versions.history": ("set", lambda store, one: store.history(one), False),
    "Versions.forget_earlier": ("set", lambda store, one: store.forget_earlier(one), True),
    "Runs.get": ("run", lambda store, one: store.get(one), False),
    "Runs.expect": ("run", lambda store, one: store.expect(one), False),
    "Runs.rename": ("run", lambda store, one: store.rename(one, "Mine"), True),
    "Runs.delete": ("run", lambda store, one: store.delete(one), True),
    "Runs.bundle_folder": ("run", lambda store, one: store.bundle_folder(one), False),
    "Runs.results_folder": ("run", lambda store, one: store.results_folder(one), False),
    "Runs.predictions": ("run", lambda store, one: store.predictions(one), False),
    "Runs.cross_validated": ("run", lambda store, one: store.cross_validated(one), False),
    "Runs.expect_open_test": ("run", lambda store, one: store.expect_open_test(one), False),
    "Runs.validation_predictions": (
        "run",
        lambda store, one: store.validation_predictions(one),
        False,
    ),
    "Runs.evaluation": ("run", lambda store, one: store.evaluation(one, "0" * 16), False),
    "Runs.evaluation_path": ("run", lambda store, one: store.evaluation_path(one, "0"), False),
    "Runs.log": ("run", lambda store, one: store.log(one), False),
    "Runs.predictions_csv": ("run", lambda store, one: store.predictions_csv(one), False),
    "Runs.cross_validated_csv": ("run", lambda store, one: store.cross_validated_csv(one), False),
    "Runs.curves_csv": ("run", lambda store, one: store.curves_csv(one), False),
    "Runs.find": ("run", lambda store, one: in_session(store, store.find, one), False),
    "Runs.find_own": ("run", lambda store, one: in_session(store, store.find_own, one), True),
    "Remarks.pin": ("run", lambda store, one: store.pin(one), False),
    "Remarks.write": ("run", lambda store, one: store.write(one, "Mine", ["mine"]), True),
    "Seals.of": ("set", lambda store, one: store.of(one), False),
    "Seals.is_shut": ("set", lambda store, one: store.is_shut(one), False),
    "Seals.seal": ("set", lambda store, one: store.seal(one), True),
    "Seals.open": ("run", lambda store, one: store.open(one), True),
    "Jobs.submit_import": ("set", lambda store, one: store.submit_import(PETS, into=one), True),
    "Jobs.submit_train": ("set", lambda store, one: store.submit_train(one, TrainConfig()), False),
    "Jobs.submit_study": ("set", lambda store, one: study(store, one), False),
    "Jobs.submit_map": ("set", lambda store, one: draw_map(store, one), False),
    "Jobs.submit_map, of a run": ("run", lambda store, one: draw_map_of_run(store, one), False),
    "Jobs.prepare": ("set", lambda store, one: store.prepare(one, TrainConfig()), False),
    "SweepQueue.submit_sweep": ("set", lambda store, one: sweep(store, one), False),
    "SweepQueue.continue_sweep": ("sweep", lambda store, one: store.continue_sweep(one), True),
    "Sweeps.get": ("sweep", lambda store, one: store.get(one), False),
    "Sweeps.find": ("sweep", lambda store, one: in_session(store, store.find, one), False),
    "Sweeps.delete": ("sweep", lambda store, one: store.delete(one), True),
    "Jobs.submit_train, further": ("run", lambda store, one: further(store, one), True),
    "Jobs.submit_save": ("set", lambda store, one: store.submit_save(one), False),
    "Jobs.submit_export": ("run", lambda store, one: export(store, one), False),
    "Jobs.submit_evaluate": ("run", lambda store, one: evaluate(store, one), False),
    "Jobs.continue_run": ("run", lambda store, one: store.continue_run(one), True),
    "Jobs.get": ("job", lambda store, one: store.get(one), False),
    "Jobs.stop": ("job", lambda store, one: store.stop(one), True),
    "Questions.answer": ("job", lambda store, one: store.answer(one, Reading.NONE), True),
    "Questions.ask_again": ("job", lambda store, one: store.ask_again(one), True),
    "Questions.dismiss": ("job", lambda store, one: store.dismiss(one), True),
}
WITHOUT_AN_ID = {
    "PhotoSets.add",
    "PhotoSets.list",
    "Runs.list",
    "Runs.example_is_hidden",
    "Runs.hide_example",
    "Remarks.unpin",
    "Jobs.active",
    "Jobs.latest",
    "Jobs.settle",
    "Jobs.submit_backup",
    "Jobs.submit_explore",
    "Jobs.submit_restore",
    "Jobs.submit_timing",
    "Questions.open",
    "Sweeps.add",
    "Sweeps.ids",
    "Sweeps.of_job",
}
PETS = "drawn:pets"


def in_session(store: Any, method: Callable[..., Any], one: str) -> Any:
    with store._workspace.database.reading() as session:
        return method(session, one)


def nothing(store: Versions) -> Imported:
    """What an import leaves to which a set joins that it is itself."""
    folder = next(store._workspace.photo_sets_folder.iterdir())
    return Imported(PhotoSet.open(folder), 0, ())


def further(store: Jobs, run_id: str) -> None:
    """Start from a run, on photos that one sees."""
    row = store._photo_sets.list()[0]
    store.submit_train(row.id, TrainConfig(), None, run_id)


def export(store: Jobs, run_id: str) -> None:
    """Take a finished run away, with room in the queue for it."""
    store._runs.expect(run_id)
    make_room(store)
    with store._workspace.database.writing() as session:
        session.execute(update(RunRecord).values(state="done"))
    store.submit_export(run_id, "script")


def make_room(store: Jobs) -> None:
    """Take everything out of the queue that one may."""
    for job in store.active():
        with contextlib.suppress(PawTuneError):  # what is everybody's goes on
            store.stop(job.id)


def evaluate(store: Jobs, run_id: str) -> None:
    """Ask a run about the photos that it was trained on, with room in the queue for it."""
    photo_set_id = store._runs.get(run_id).photo_set_id
    make_room(store)
    with store._workspace.database.writing() as session:
        session.execute(update(RunRecord).values(can_answer=True))
    store.submit_evaluate(run_id, photo_set_id)


def study(store: Jobs, photo_set_id: str) -> None:
    """Look at a set before any training, with room in the queue for it."""
    store._photo_sets.get(photo_set_id)
    make_room(store)
    store.submit_study(photo_set_id)


def draw_map(store: Jobs, photo_set_id: str) -> None:
    """Draw the map of a set, with room in the queue for it."""
    store._photo_sets.get(photo_set_id)
    make_room(store)
    store.submit_map(photo_set_id)


def draw_map_of_run(store: Jobs, run_id: str) -> None:
    """Draw it by what a run's network sees."""
    photo_set_id = store._runs.get(run_id).photo_set_id
    make_room(store)
    store.submit_map(photo_set_id, run_id)


def sweep(store: SweepQueue, photo_set_id: str) -> None:
    """Try some settings, with room in the queue for it."""
    store._photo_sets.get(photo_set_id)
    make_room(store)
    store.submit_sweep(photo_set_id, PLAN)


def id_of(world: World, kind: str, visitor: str | None) -> str:
    if kind == "job":
        return world.jobs[visitor]
    if kind == "sweep":
        return world.sweeps[visitor]
    return world.sets[visitor].id if kind == "set" else world.runs[visitor].id


def complaint(call: Call, store: Any, one: str) -> tuple[type[PawTuneError], str]:
    with pytest.raises(PawTuneError) as caught:
        call(store, one)
    return type(caught.value), str(caught.value).replace(one, "THE ID")


def test_every_method_of_every_store_is_looked_at() -> None:
    there = {
        f"{store.__name__}.{name}"
        for store in STORES
        for one in store.__mro__
        if one not in (set(STORES) | {object}) - {store}
        for name in vars(one)
        if not name.startswith("_") and not (store is SweepQueue and one is not store)
    }
    assert there == {name.split(",")[0] for name in CALLS} | WITHOUT_AN_ID


def test_what_is_somebody_elses_is_as_good_as_not_there(world: World) -> None:
    before = world.rows()
    for name, (kind, call, _) in CALLS.items():
        store = world.stores(BEN)[name.split(".")[0]]
        told = complaint(call, store, id_of(world, kind, ANNA))
        assert told == complaint(call, store, MISSING), name
        assert world.rows() == before, name


def test_what_is_everybodys_is_seen_and_stays_as_it_is(world: World) -> None:
    for name, (kind, call, changes) in CALLS.items():
        store = world.stores(BEN)[name.split(".")[0]]
        before = world.rows()
        if not changes:
            call(store, id_of(world, kind, None))
            continue
        _, told = complaint(call, store, id_of(world, kind, None))
        assert "everybody" in told, name
        assert world.rows() == before, name


def test_nobody_in_particular_reaches_everything(world: World) -> None:
    for name in sorted(CALLS, key=lambda name: name.endswith("delete")):
        kind, call, _ = CALLS[name]
        store = world.stores(None)[name.split(".")[0]]
        try:
            call(store, id_of(world, kind, ANNA))
        except PawTuneError as error:  # such as: there is nothing to undo
            assert "There is no such" not in str(error), name
            assert "everybody" not in str(error), name


def test_lists_show_what_is_ones_own_and_what_is_everybodys(world: World) -> None:
    for visitor in (ANNA, BEN):
        stores = world.stores(visitor)
        mine = (visitor, None)
        assert {row.id for row in stores["PhotoSets"].list()} == {world.sets[v].id for v in mine}
        assert {run.id for run in stores["Runs"].list()} == {world.runs[v].id for v in mine}
        assert [job.id for job in stores["Jobs"].active()] == [
            world.jobs[None],
            world.jobs[visitor],
        ]
        assert stores["Jobs"].latest("import").id == world.jobs[visitor]
    assert len(PhotoSets(world.workspace).list()) == 3
    assert len(Runs(world.workspace).list()) == 3
    assert len(Jobs(world.workspace).active()) == 3


def test_sweeps_of_somebody_else_are_in_no_list(world: World) -> None:
    anna, ben = (Sweeps(world.workspace, one) for one in (ANNA, BEN))
    assert anna.ids(world.sets[ANNA].id) == (world.sweeps[ANNA],)
    assert ben.ids(world.sets[ANNA].id) == ()
    assert ben.of_job("over").id in (world.sweeps[BEN], world.sweeps[None])


def test_a_stranger_sees_what_is_everybodys_alone(world: World) -> None:
    stores = world.stores("nobody")
    assert [row.name for row in stores["PhotoSets"].list()] == ["Set 0"]
    assert [run.id for run in stores["Runs"].list()] == [world.runs[None].id]
    assert [job.id for job in stores["Jobs"].active()] == [world.jobs[None]]
    assert stores["Jobs"].latest("train").run_id == world.runs[None].id


def test_the_place_in_the_queue_counts_everybodys_work(world: World) -> None:
    assert Jobs(world.workspace, BEN).get(world.jobs[BEN]).position == 2


def test_the_same_wish_of_two_visitors_is_two_jobs(world: World) -> None:
    assert len(set(world.jobs.values())) == 3
    assert Jobs(world.workspace, ANNA).submit_import(PETS).id == world.jobs[ANNA]


def test_work_and_runs_carry_their_visitor(world: World) -> None:
    jobs = Jobs(world.workspace, ANNA)
    jobs.stop(world.jobs[ANNA])
    job = jobs.submit_train(world.sets[None].id, TrainConfig())
    last = world.runs[ANNA].epochs[-1].epoch
    with world.workspace.database.writing() as session:  # an epoch is left to go on to
        session.query(EpochRecord).filter_by(run_id=world.runs[ANNA].id, epoch=last).delete()
    again = jobs.continue_run(world.runs[ANNA].id)
    timing = jobs.submit_timing(TrainConfig())
    shared = jobs.submit_explore()
    with world.workspace.database.reading() as session:
        owners = {record.id: record.visitor for record in session.query(JobRecord)}
        assert session.query(RunRecord).filter_by(id=job.run_id).one().visitor == ANNA
    assert [owners[one.id] for one in (job, again, timing, shared)] == [ANNA, ANNA, ANNA, None]
    # What is prepared for all is there for all, once.
    assert Jobs(world.workspace, BEN).submit_explore().id == shared.id
    assert Jobs(world.workspace, BEN).submit_timing(TrainConfig()).id != timing.id


def test_runs_are_counted_as_far_as_one_may_know(world: World) -> None:
    jobs = [Jobs(world.workspace, whose) for whose in (BEN, ANNA)]
    photos, other = world.sets[None].id, TrainConfig(epochs=2)
    titles = [one.submit_train(photos, TrainConfig()).title for one in jobs]
    assert titles == ["Train Set 0, run 1"] * 2
    assert jobs[1].submit_train(photos, other).title == "Train Set 0, run 2"


def test_no_visitor_hides_the_example(world: World) -> None:
    with pytest.raises(RunError, match="everybody"):
        Runs(world.workspace, ANNA).hide_example(True)
    assert not Runs(world.workspace, BEN).example_is_hidden()


# === The same photos, brought by two ===


def import_again(world: World, visitor: str | None, name: str, number: int = 1) -> PhotoSetRow:
    """The photos of the template's set, once more."""
    folder = world.sets[(None, ANNA, BEN)[number]].source
    with (
        open_source(folder, world.workspace.downloads_folder, silent) as opened,
        Decoder(processes=1) as decoder,
    ):
        photos = opened.photos
        imported = import_photos(photos, world.workspace.photo_sets_folder, decoder, silent)
    return PhotoSets(world.workspace, visitor).add(imported, name, folder)


def test_equal_photos_are_kept_once_and_belong_to_both(world: World) -> None:
    bens = import_again(world, BEN, "Ben's name")
    assert bens.id == world.sets[ANNA].id
    anna, ben = (PhotoSets(world.workspace, one) for one in (ANNA, BEN))
    assert (anna.get(bens.id).name, ben.get(bens.id).name) == ("Set 1", "Ben's name")
    ben.rename(bens.id, "Another")
    assert anna.get(bens.id).name == "Set 1"
    assert Runs(world.workspace, ANNA).get(world.runs[ANNA].id).photo_set_name == "Set 1"
    job = Jobs(world.workspace, BEN).submit_train(bens.id, TrainConfig())
    assert Runs(world.workspace, BEN).get(job.run_id or "").photo_set_name == "Another"
    assert Versions(world.workspace, BEN).history(bens.id)[0].runs == 1, "Anna's is not counted"


def test_deleting_ones_own_says_nothing_about_the_other(world: World) -> None:
    bens = import_again(world, BEN, "Ben's name")
    world.stores(BEN)["Jobs"].stop(world.jobs[BEN])
    PhotoSets(world.workspace, BEN).delete(bens.id)  # Anna's run needs the photos; Ben's do not
    with pytest.raises(PhotoSetError, match="There is no such"):
        PhotoSets(world.workspace, BEN).get(bens.id)
    assert len(PhotoSets(world.workspace, ANNA).open(bens.id).photos) == 14
    Runs(world.workspace, ANNA).delete(world.runs[ANNA].id)
    PhotoSets(world.workspace, ANNA).delete(bens.id)
    assert not (world.workspace.photo_sets_folder / bens.id).exists()
    assert examine(world.workspace)["healthy"]


def test_what_anna_needs_is_not_held_against_ben(world: World) -> None:
    """Ben has trained on it, Anna has it, too: that she does is nothing he may learn."""
    bens = import_again(world, BEN, "Ben's name")
    add_run(world.workspace, bens.id, visitor=BEN)
    with pytest.raises(PhotoSetError, match="1 run was trained on it"):
        PhotoSets(world.workspace, BEN).delete(bens.id)


def test_an_own_copy_of_a_public_set_can_be_changed(world: World) -> None:
    mine = import_again(world, ANNA, "My copy", number=0)
    assert mine.id == world.sets[None].id
    store = PhotoSets(world.workspace, ANNA)
    assert [row.name for row in store.list() if row.id == mine.id] == ["My copy"]
    store.rename(mine.id, "My words")
    changed = Versions(world.workspace, ANNA).edit(mine.id, AddClass("sky"))
    assert changed.name == "My words"
    assert {row.name for row in store.list()} == {"My words", "Set 0", "Set 1"}
    assert PhotoSets(world.workspace, BEN).get(mine.id).classes == ("blue", "red")


# === Nothing becomes everybody's by accident ===


def test_a_deleted_album_does_not_come_back_as_everybodys(world: World) -> None:
    """Its photos stay for a while where an import is running that might need them."""
    with world.workspace.database.writing() as session:
        session.query(AlbumRecord).filter_by(visitor=ANNA).delete()
    world.workspace.database.close()
    again = open_workspace(world.workspace.home)
    assert {row.name for row in PhotoSets(again).list()} == {"Set 0", "Set 2"}


@pytest.mark.parametrize(("chosen", "found"), [("demo", 0), ("local", 3)])
def test_a_demo_with_a_damaged_database_publishes_nothing(
    world: World, monkeypatch, chosen: str, found: int
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", chosen)
    world.workspace.database.close()
    for path in world.workspace.home.glob("pawtune.sqlite*"):
        path.write_bytes(b"no database " * 1000)
    again, told = startup.start(world.workspace.home)
    assert told
    assert len(PhotoSets(again).list()) == found


def test_pages_make_no_stores_of_their_own() -> None:
    """Each store gets its visitor in one place, and that place asks `visiting.visitor`."""
    allowed = {"stores.py", "resources.py"}
    for path in [REPOSITORY / "app.py", *(REPOSITORY / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made = node.func.id in {"PhotoSets", "Versions", "Runs", "Remarks", "Jobs"}
                assert not made or path.name in allowed, f"{path.name}, line {node.lineno}"
