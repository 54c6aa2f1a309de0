"""A bundle is whole or refused: every byte counts, and so does every entry."""

import json
import os

import pytest

from pipeline.classify.bundle import MANIFEST_FILE, MODEL_FILE, read_bundle, write_bundle
from pipeline.errors import RunError
from pipeline.files.seal import seal
from pipeline.settings.train_config import TrainConfig

MODEL = bytes(range(256))


def facts(**changes):
    config = TrainConfig()
    return {
        "run_id": "run-1",
        "photo_set_id": "0123456789abcdef",
        "classes": ["cat", "dog"],
        "image_size_px": config.image_size_px,
        "config": config.to_json(),
        "versions": {"keras": "3.15.1", "numpy": "2.4.6"},
        "weights_sha256": "0" * 64,
        **changes,
    }


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "run" / "bundle"
    write_bundle(folder, MODEL, facts())
    return folder


def sealed_anew(folder, changed):
    """A manifest that is whole, but tells something else."""
    (folder / MANIFEST_FILE).write_bytes(seal(changed, {MODEL_FILE: MODEL}))


def test_what_was_written_is_read(folder):
    bundle = read_bundle(folder)

    assert bundle.classes == ("cat", "dog")
    assert bundle.image_size_px == 160
    assert bundle.run_id == "run-1"
    assert bundle.model_path == folder / MODEL_FILE
    assert bundle.model() == MODEL
    assert TrainConfig.from_json(bundle.manifest["config"]) == TrainConfig()
    assert bundle.manifest["weights_sha256"] == "0" * 64
    assert bundle.manifest["format"] == 1
    assert bundle.manifest["members"][MODEL_FILE]["bytes"] == len(MODEL)
    assert sorted(entry.name for entry in folder.parent.iterdir()) == ["bundle"]


def test_every_flipped_byte_is_seen(folder):
    for name in (MANIFEST_FILE, MODEL_FILE):
        path = folder / name
        whole = path.read_bytes()
        for position in range(len(whole)):
            damaged = bytearray(whole)
            damaged[position] ^= 1 << position % 8
            path.write_bytes(damaged)
            with pytest.raises(RunError):
                read_bundle(folder)
        path.write_bytes(whole)
    read_bundle(folder)


@pytest.mark.parametrize("name", [MANIFEST_FILE, MODEL_FILE])
def test_every_truncation_and_addition_is_seen(folder, name):
    path = folder / name
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(RunError):
            read_bundle(folder)
    for addition in (b"\n", b" ", b"\0", b"{}"):
        path.write_bytes(whole + addition)
        with pytest.raises(RunError):
            read_bundle(folder)


def test_missing_files_are_named(folder):
    (folder / MODEL_FILE).unlink()
    with pytest.raises(RunError, match=r"model\.tflite is missing.*Train the run again"):
        read_bundle(folder)
    (folder / MANIFEST_FILE).unlink()
    with pytest.raises(RunError, match="no model that could answer"):
        read_bundle(folder)
    with pytest.raises(RunError, match="no model that could answer"):
        read_bundle(folder.parent / "never made")


def test_a_model_that_changes_after_the_check_is_not_run(folder):
    bundle = read_bundle(folder)
    bundle.model_path.write_bytes(MODEL[::-1])
    with pytest.raises(RunError, match="has changed"):
        bundle.model()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mood": "good"}, "mood"),
        ({"run_id": ""}, "run_id"),
        ({"run_id": 7}, "run_id"),
        ({"photo_set_id": None}, "photo_set_id"),
        ({"classes": ["cat"]}, "classes"),
        ({"classes": ["cat", "cat"]}, "classes"),
        ({"classes": ["cat", ""]}, "classes"),
        ({"classes": ["cat", 3]}, "classes"),
        ({"classes": ["cat", ["dog"]]}, "classes"),
        ({"classes": "cat"}, "classes"),
        ({"classes": [str(number) for number in range(1001)]}, "classes"),
        ({"image_size_px": 96}, "image_size_px"),
        ({"image_size_px": 160.0}, "image_size_px"),
        ({"image_size_px": True}, "image_size_px"),
        ({"image_size_px": "160"}, "image_size_px"),
        ({"temperature": 0.0}, "temperature"),
        ({"temperature": "1.5"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": 2**70}, "temperature"),
        ({"temperature": None}, "temperature"),
        ({"config": {"epochs": -1}}, "epochs"),
        ({"config": {"speed": 1}}, "speed"),
        ({"config": None}, "config"),
        ({"config": {"augment": 3}}, "setting"),
        ({"config": {"epochs": 2**70}}, "setting"),
        ({"versions": ["keras"]}, "versions"),
        ({"versions": {"keras": 3}}, "versions"),
        ({"weights_sha256": "short"}, "weights_sha256"),
        ({"weights_sha256": "0" * 64 + "\n"}, "weights_sha256"),
        ({"weights_sha256": "A" * 64}, "weights_sha256"),
        ({"weights_sha256": 5}, "weights_sha256"),
    ],
    ids=str,
)
def test_other_manifests_are_refused_both_ways(folder, tmp_path, changes, words):
    with pytest.raises(RunError, match=words):
        write_bundle(tmp_path / "other", MODEL, facts(**changes))
    assert not (tmp_path / "other").exists()
    sealed_anew(folder, facts(**changes, format=1))
    with pytest.raises(RunError, match="tells what cannot be") as caught:
        read_bundle(folder)
    assert words in str(caught.value.__cause__)


@pytest.mark.parametrize("name", sorted(facts()))
def test_no_entry_may_be_missing(folder, tmp_path, name):
    incomplete = facts()
    del incomplete[name]
    with pytest.raises(RunError, match=name):
        write_bundle(tmp_path / "other", MODEL, incomplete)
    sealed_anew(folder, {**incomplete, "format": 1})
    with pytest.raises(RunError, match="tells what cannot be") as caught:
        read_bundle(folder)
    assert name in str(caught.value.__cause__)


def test_a_run_from_no_weights_has_no_checksum_of_them(tmp_path):
    write_bundle(tmp_path / "bundle", MODEL, facts(weights_sha256=None))
    assert read_bundle(tmp_path / "bundle").manifest["weights_sha256"] is None


def test_numbers_that_are_none_are_never_written(tmp_path):
    config = {**TrainConfig().to_json(), "learning_rate": float("nan")}
    with pytest.raises(RunError):
        write_bundle(tmp_path / "bundle", MODEL, facts(config=config))
    assert not (tmp_path / "bundle").exists()


def test_other_formats_and_other_members_are_refused(folder):
    for version in (2, "1", None):
        sealed_anew(folder, facts(format=version))
        with pytest.raises(RunError, match="another version"):
            read_bundle(folder)
    for version in (True, 1.0):
        sealed_anew(folder, facts(format=version))
        with pytest.raises(RunError, match="tells what cannot be"):
            read_bundle(folder)
    members = {MODEL_FILE: MODEL, "../../elsewhere": b""}
    (folder / MANIFEST_FILE).write_bytes(seal(facts(format=1), members))
    with pytest.raises(RunError, match="other files"):
        read_bundle(folder)


def test_hostile_json_is_an_ordinary_fault(folder):
    for data in (b"[" * 100_000, b"\xff", json.dumps(facts()).encode(), b'{"classes": NaN}'):
        (folder / MANIFEST_FILE).write_bytes(data)
        with pytest.raises(RunError, match="damaged"):
            read_bundle(folder)


def test_a_bundle_never_changes(folder):
    write_bundle(folder, b"another", facts(run_id="run-2"))
    assert read_bundle(folder).run_id == "run-1"


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def no_space(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        write_bundle(tmp_path / "bundle", MODEL, facts())
    assert list(tmp_path.iterdir()) == []
