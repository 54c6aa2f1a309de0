"""The network that fine-tuning started from is kept, answers as it did, goes where a run goes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.classify.answer import called
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError, Stopped
from pipeline.evaluation.metrics import log_loss, probabilities
from pipeline.files.atomic import sha256_of
from pipeline.files.npy import take
from pipeline.jobs import dispatch, export_job, train_job
from pipeline.jobs.queue import Jobs
from pipeline.photos.checkup import leaks
from pipeline.photos.photo_edits import SetSplit
from pipeline.progress import silent
from pipeline.settings.hyperparameters import AUTO, BALANCED, SOLVED, UNWEIGHTED
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    TrainConfig,
)
from pipeline.wording.answer_text import NEITHER, NOT_SURE
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE, BUNDLE, Runs, find
from pipeline.workspace.seals import Seals
from pipeline.workspace.tables import FileRecord, JobRecord
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, class_folders

CONFIG = TrainConfig(
    epochs=2,
    fine_tune_epochs=2,
    learning_rate=3e-3,
    batch_size=8,
    image_size_px=96,
    alpha=0.5,
    weights="built-in",
    augment=AUGMENT_PRESETS["none"],
)


class Quiet:
    """Stands for the worker's reporter."""

    def __call__(self, *told: Any, **more: Any) -> None:
        pass

    tell = check = finish_in_peace = leave_lane = leave_the_whole = __call__


def train(workspace: Workspace, row: PhotoSetRow, config: TrainConfig) -> Run:
    """What a worker does, in this process."""
    from pipeline.jobs.train_job import train_run

    job = Jobs(workspace).submit_train(row.id, config, "A run")
    with workspace.database.reading() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
    train_run(workspace, record, Quiet())  # type: ignore[arg-type]
    with workspace.database.writing() as session:  # as the worker does in the end
        session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one().state = "done"
        find(session, record.run_id or "").state = "done"
    return Runs(workspace).get(job.run_id or "")


@dataclasses.dataclass
class Place:
    """A workspace and its finished run."""

    workspace: Workspace
    row: PhotoSetRow
    run: Run


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A run of both phases."""
    folder = tmp_path_factory.mktemp("before")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "_start_next", lambda _workspace: False)
        workspace = open_workspace(folder / "home")
        row = add_photo_set(workspace, class_folders(folder / "photos", 30))
        run = train(workspace, row, CONFIG)
    assert run.epochs[-1].phase == FINE_TUNING
    return Place(workspace, row, run)


def test_the_run_records_what_its_photos_made_of_auto(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    workspace = open_workspace(own_home)
    folder = class_folders(tmp_path / "photos", 30)
    for number in range(5, 30):
        (folder / "red" / f"{number}.jpg").unlink()
    row = add_photo_set(workspace, folder)
    for chosen, recorded in ((AUTO, BALANCED), (UNWEIGHTED, UNWEIGHTED)):
        config = dataclasses.replace(CONFIG, class_weight=chosen)
        job = Jobs(workspace).submit_train(row.id, config)
        run = Runs(workspace).get(job.run_id or "")
        photo_set = PhotoSets(workspace).open(row.id)
        begun = train_job.begin_anew(workspace, run, photo_set, Quiet())  # type: ignore[arg-type]
        assert begun.config == dataclasses.replace(config, class_weight=recorded)
        assert Runs(workspace).get(run.id).config == begun.config


@pytest.mark.slow
def test_it_answers_as_the_last_epoch_of_the_first_phase_did(trained: Place) -> None:
    photo_set = PhotoSets(trained.workspace).open(trained.row.id)
    indices = photo_set.indices("validation")
    arrays = photo_set.arrays(CONFIG.image_size_px, trained.workspace.cache_folder, silent)
    before = Classifier(read_bundle(trained.run.folder / BEFORE))
    shares = probabilities(before.logits(take(arrays, indices)))
    truth = photo_set.labels()[indices]
    last = [one for one in trained.run.epochs if one.phase == FEATURE_EXTRACTION][-1]
    assert log_loss(truth, shares) == pytest.approx(last.val_loss, rel=1e-2, abs=1e-4)
    assert float(np.mean(shares.argmax(axis=1) == truth)) == pytest.approx(last.val_accuracy)
    after = Classifier(read_bundle(trained.run.folder / BUNDLE))
    assert (before.classes, before.image_size_px) == (after.classes, after.image_size_px)
    photo = take(arrays, indices[:1])[0]
    assert not np.array_equal(before.heat(photo, 0), after.heat(photo, 0))


@pytest.mark.slow
def test_what_it_says_about_the_validation_photos_is_kept(trained: Place) -> None:
    """The finished network's answers, with its certainty set right; the test plays no part."""
    photo_set = PhotoSets(trained.workspace).open(trained.row.id)
    found = Runs(trained.workspace).validation_predictions(trained.run.id)
    np.testing.assert_array_equal(found.photo_indices, photo_set.indices("validation"))
    np.testing.assert_array_equal(found.truth, photo_set.labels()[found.photo_indices])
    arrays = photo_set.arrays(CONFIG.image_size_px, trained.workspace.cache_folder, silent)
    answers = Classifier(read_bundle(trained.run.folder / BUNDLE)).predictions(
        arrays, found.photo_indices, found.truth
    )
    np.testing.assert_allclose(found.probabilities, answers.probabilities, atol=2e-3)


@pytest.mark.slow
def test_it_is_told_what_classify_would_make_of_the_test_photos(trained: Place) -> None:
    photo_set = PhotoSets(trained.workspace).open(trained.row.id)
    indices, truth = photo_set.indices("test"), photo_set.labels()
    arrays = photo_set.arrays(CONFIG.image_size_px, trained.workspace.cache_folder, silent)
    classifier = Classifier(read_bundle(trained.run.folder / BUNDLE))
    names = [called(one, 0.7) for one in classifier.answers_of(arrays, indices)]
    right = [name == classifier.classes[truth[at]] for name, at in zip(names, indices, strict=True)]
    counted = trained.run.test or {}
    assert counted["none"] == names.count(NEITHER)
    assert counted["unsure"] == names.count(NOT_SURE)
    assert counted["named"] == len(names) - names.count(NEITHER) - names.count(NOT_SURE)
    assert counted["named_right"] == sum(right)


@pytest.mark.slow
def test_the_score_counts_near_copies(trained: Place) -> None:
    photo_set = PhotoSets(trained.workspace).open(trained.row.id)
    assert trained.run.test is not None
    assert trained.run.test["near_copies"] == leaks.near_copies(photo_set)


@pytest.mark.slow
def test_only_released_blocks_moved(trained: Place) -> None:
    assert trained.run.moved[0].block == "stem"
    for one in trained.run.moved:
        number = int(one.block.removeprefix("block ")) if one.block.startswith("block") else 0
        released = number >= 11 or one.block == "top"
        assert (one.changed > 0) == (one.distance > 0) == released, one.block
    partly = next(one for one in trained.run.moved if one.block == "block 11")
    assert 0 < partly.share < 0.8  # its first convolution lies before layer 100
    assert trained.run.moved[-1].share > 0.9


@pytest.mark.slow
def test_its_files_are_counted_backed_up_and_deleted_with_the_run(
    trained: Place, tmp_path: Path
) -> None:
    workspace, run = trained.workspace, trained.run
    with workspace.database.reading() as session:
        files = select(FileRecord).where(FileRecord.owner == run.id)
        paths = {record.path: record.bytes for record in session.scalars(files)}
    model = f"runs/{run.id}/{BEFORE}/model.tflite"
    assert paths[model] == (workspace.home / model).stat().st_size > 1_000_000
    back_up(workspace, tmp_path / "all.zip", silent)
    other = open_workspace(tmp_path / "home")
    restore(other, tmp_path / "all.zip", silent)
    again = Runs(other).get(run.id)
    assert again.moved == run.moved
    assert Classifier(read_bundle(again.folder / BEFORE)).classes == run.classes
    assert examine(other)["healthy"]
    Runs(other).delete(run.id)
    assert not again.folder.exists()
    with other.database.reading() as session:
        assert not session.scalars(select(FileRecord).where(FileRecord.owner == run.id)).all()


@pytest.mark.slow
def test_without_fine_tuning_there_is_no_second_network(trained: Place) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "_start_next", lambda _workspace: False)
        only = dataclasses.replace(CONFIG, fine_tune_epochs=0)
        run = train(trained.workspace, trained.row, only)
    assert run.can_answer
    assert not (run.folder / BEFORE).exists()
    assert run.moved == ()


@pytest.mark.slow
def test_what_a_training_under_a_seal_tells_of_all_photos_leaves_the_test_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    workspace = open_workspace(tmp_path / "home")
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    Seals(workspace).seal(row.id)
    run = train(workspace, row, dataclasses.replace(CONFIG, head=SOLVED, fine_tune_epochs=0))
    assert run.is_sealed and run.test is None and run.score is not None
    assert run.score["photos"] == sum(row.split_sizes.values()) - row.split_sizes["test"]


@pytest.mark.slow
def test_without_test_photos_a_run_ends_whole_and_without_a_score(
    trained: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    workspace = open_workspace(tmp_path / "home")
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    test = tuple(PhotoSets(workspace).open(row.id).indices("test").tolist())
    untested = Versions(workspace).edit(row.id, SetSplit(test, "training"))
    config = dataclasses.replace(CONFIG, head=SOLVED, fine_tune_epochs=0)
    run = train(workspace, untested, config)
    assert (run.state, run.test, run.can_answer) == ("done", None, True)
    assert examine(workspace)["healthy"]
    for form in ("report", "bundle"):
        with workspace.database.reading() as session:
            queued = Jobs(workspace).submit_export(run.id, form)
            job = session.scalars(select(JobRecord).where(JobRecord.id == queued.id)).one()
        made = export_job.export_run(workspace, job, Quiet())  # type: ignore[arg-type]
        assert (workspace.exports_folder / made["file"]).is_file()
    back_up(workspace, tmp_path / "all.zip", silent)
    other = open_workspace(tmp_path / "other")
    assert restore(other, tmp_path / "all.zip", silent)["left_out"] == []
    assert Classifier(read_bundle(Runs(other).bundle_folder(run.id))).classes == run.classes


def test_a_run_tells_which_published_weights_it_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is learned, so that a run that fails tells it as well."""
    from pipeline.jobs import train_job

    weights = tmp_path / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.4_224_no_top.h5"
    weights.write_bytes(b"weights")
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    monkeypatch.setattr(train_job, "weights_file", lambda *_: weights)

    def train(*_: object) -> None:
        raise RunError("Enough.")

    monkeypatch.setattr(train_job, "train", train)
    workspace = open_workspace(tmp_path / "home")
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    job = Jobs(workspace).submit_train(row.id, TrainConfig(alpha=1.4), "A run")
    with workspace.database.reading() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
    with pytest.raises(RunError):
        train_job.train_run(workspace, record, Quiet())  # type: ignore[arg-type]
    run = Runs(workspace).get(job.run_id or "")
    assert run.versions["ImageNet weights"] == "width 1.4, made for 224 px"
    assert run.weights_sha256 == sha256_of(weights)


@pytest.fixture(scope="module")
def quick(trained: Place) -> Run:
    """A run of a computed head on the same 60 photos."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "_start_next", lambda _workspace: False)
        config = dataclasses.replace(CONFIG, head=SOLVED, epochs=1, fine_tune_epochs=0)
        return train(trained.workspace, trained.row, config)


@pytest.mark.slow
def test_every_photo_of_a_small_set_judges(trained: Place, quick: Run) -> None:
    runs, photo_set = Runs(trained.workspace), PhotoSets(trained.workspace).open(trained.row.id)
    for run in (trained.run, quick):
        found = runs.cross_validated(run.id)
        assert found is not None
        assert found.photo_indices.tolist() == list(range(60))
        np.testing.assert_array_equal(found.truth, photo_set.labels())
        told = run.cross_validation
        assert told is not None
        assert told["accuracy"] == float(np.mean(found.called == found.truth))
        assert (told["photos"], told["folds"], told["near_copies"]) == (60, 5, 0)
    assert quick.score == quick.cross_validation
    assert trained.run.score == trained.run.test, "it says nothing of a fine-tuned network"
    # Frozen layers and settings of the head are the same, so are the answers.
    assert quick.cross_validation == trained.run.cross_validation


@pytest.mark.slow
def test_advice_is_not_drawn_from_answers_that_were_learned(trained: Place, quick: Run) -> None:
    """The head has learned the validation photos in the end; what is kept had not."""
    runs, photo_set = Runs(trained.workspace), PhotoSets(trained.workspace).open(trained.row.id)
    found, judged = runs.validation_predictions(quick.id), runs.cross_validated(quick.id)
    assert judged is not None
    for_the_test = photo_set.indices("test").tolist()
    assert not set(found.photo_indices.tolist()) & set(for_the_test)
    assert len(found.photo_indices) + len(for_the_test) == 60
    expected = judged.probabilities[found.photo_indices]
    np.testing.assert_array_equal(found.probabilities, expected)


def test_who_is_stopped_while_an_epoch_is_told_keeps_the_best_all_the_same(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopping(Quiet):
        """Hears Stop when the first epoch is on the disk, and before it is called the best."""

        def check(self) -> None:
            raise Stopped("Stopped.")

    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 30))
    job = Jobs(workspace).submit_train(row.id, CONFIG)
    with workspace.database.reading() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
    train_job.train_run(workspace, record, Stopping())  # type: ignore[arg-type]
    run = Runs(workspace).get(job.run_id or "")
    assert (len(run.epochs), run.best_epoch) == (1, 1)
