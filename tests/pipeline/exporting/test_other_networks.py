"""Real trainings, taken away: other programs get the app's own answers from the files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.evaluation.metrics import probabilities
from pipeline.exporting import formats, keras_network, labels, samples
from pipeline.exporting.network_numbers import network_numbers
from pipeline.jobs import export_job
from pipeline.network.names import NETWORK_FILE
from pipeline.network.tensors import read_tensors, write_tensors
from pipeline.photos.decoding.decode import square
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import silent
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs
from pipeline.workspace.tables import JobRecord
from tests.conftest import REPOSITORY
from tests.workspaces import class_folders

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
CLASSES = {"two": ("blue", "red"), "three": ("blue", "red", "green")}
SETTINGS = {
    "two": "--weights none --alpha 0.35 --epochs 1 --fine-tune-epochs 1 --learning-rate 0.003 "
    "--batch-size 8 --augment strong",
    "three": "--weights built-in --preset careful --fine-tune-epochs 1 --fine-tune-at 130 "
    "--batch-size 8",
}
ANSWERS = 1e-4  # how far a probability may be off


@dataclass
class Trained:
    """A finished run, and where it lives."""

    home: Path
    workspace: Workspace
    run: Run
    classifier: Classifier
    photos: NDArray[np.uint8]  # (N, 96, 96, 3), its test photos
    expected: NDArray[np.float32]  # (N, C), the app's answers

    def export(self, form: str, output: Path) -> dict[str, Any]:
        """The file, by the command line and a real worker."""
        return command(
            self.home, "export", "--run", self.run.id, "--format", form, "--output", str(output)
        )


def command(home: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments, "--json"],
        cwd=REPOSITORY,
        env={**os.environ, "PAWTUNE_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0, answer
    return answer


@pytest.fixture(scope="module", params=list(CLASSES))
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A training of one epoch and one of fine-tuning; drawn colours, 96 pixels."""
    folder = tmp_path_factory.mktemp(request.param)
    colours = class_folders(folder / "photos", photos=30, names=CLASSES[request.param])
    photo_set = command(folder / "home", "import", str(colours))["photo_set"]
    settings = f"{SETTINGS[request.param]} --image-size 96".split()
    run_id = command(folder / "home", "train", "--photo-set", photo_set, *settings)["run"]
    workspace = open_workspace(folder / "home")
    run = Runs(workspace).get(run_id)
    classifier = Classifier(read_bundle(run.folder / BUNDLE))
    found = PhotoSet.open(workspace.photo_sets_folder / photo_set)
    photos = np.stack([square(found.jpeg(index), 96) for index in found.indices("test").tolist()])
    return Trained(
        folder / "home", workspace, run, classifier, photos, classifier.probabilities(photos)
    )


def check(result: dict[str, Any], trained: Trained, path: Path) -> None:
    assert result["file"] == str(path)
    assert result["bytes"] == path.stat().st_size
    assert (result["photos"], result["generated"]) == (30 * len(trained.run.classes), False)
    assert 0 <= result["largest_difference"] <= ANSWERS


def meaning(trained: Trained) -> dict[str, Any]:
    """What a file that sets its certainty right itself tells of its answers."""
    return labels.labels(trained.run.classes, 96, 1.0)


# === Keras ===


def test_keras_opens_the_keras_file(trained: Trained, tmp_path: Path) -> None:
    import keras

    path = tmp_path / "run.keras"
    check(trained.export("keras", path), trained, path)
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("labels.json")) == meaning(trained)
    model = keras.models.load_model(path, compile=False)
    assert [layer.name for layer in model.layers] == [
        "photos",
        "rescaling",
        model.layers[2].name,
        "pooling",
        "dropout",
        "head",
        "temperature",
    ]
    logits = model.predict(trained.photos.astype(np.float32), verbose=0)
    np.testing.assert_allclose(probabilities(logits), trained.expected, atol=ANSWERS)
    normalizations = [
        layer
        for layer in model.layers[2].layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert len(normalizations) == 52
    assert not any(layer.trainable for layer in normalizations)
    # Its weights are the run's own numbers, of the best epoch.
    numbers, _ = read_tensors(trained.run.folder / NETWORK_FILE)
    np.testing.assert_array_equal(model.get_layer("head").kernel, numbers["head/kernel"])
    layer = model.layers[2].get_layer("block_16_project")
    np.testing.assert_array_equal(layer.kernel, numbers["block_16_project/kernel"])


def test_without_their_file_the_numbers_come_from_the_bundle(
    trained: Trained, tmp_path: Path
) -> None:
    bundle = read_bundle(trained.run.folder / BUNDLE)
    tensors, head = network_numbers(tmp_path, bundle)
    numbers, own = network_numbers(trained.run.folder, bundle)
    assert tensors.keys() == numbers.keys()
    np.testing.assert_array_equal(head.kernel, own.kernel)
    model = keras_network.build(trained.run.config, len(head.bias), bundle.temperature)
    keras_network.fill(model, tensors, head)
    found = keras_network.ask(model, trained.photos)
    np.testing.assert_allclose(found, trained.expected, atol=ANSWERS)


@pytest.mark.parametrize("trained", ["two"], indirect=True)
def test_numbers_of_another_network_are_refused(trained: Trained) -> None:
    tensors, head = network_numbers(trained.run.folder, read_bundle(trained.run.folder / BUNDLE))
    model = keras_network.build(trained.run.config, len(head.bias), 1.0)
    del tensors["Conv1/kernel"]
    with pytest.raises(RunError, match="belong to another network"):
        keras_network.fill(model, tensors, head)


@pytest.mark.parametrize("trained", ["two"], indirect=True)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, about NumPy
def test_another_networks_numbers_are_noticed(trained: Trained, tmp_path: Path) -> None:
    """Whatever lies in the run's folder: only what answers as the bundle does is handed out."""
    folder = tmp_path / "home"
    shutil.copytree(trained.home, folder)
    workspace = open_workspace(folder)
    path = workspace.runs_folder / trained.run.id / NETWORK_FILE
    numbers, _ = read_tensors(path)
    numbers["head/bias"] = numbers["head/bias"] + np.float32(0.1)  # of class 1 alone
    write_tensors(path, numbers)
    before = sorted(workspace.exports_folder.iterdir())
    job = JobRecord(kind="export", request={"run": trained.run.id, "format": "keras"})
    with pytest.raises(RunError, match="not handed out"):
        export_job.export_run(workspace, job, silent)  # type: ignore[arg-type]
    assert sorted(workspace.exports_folder.iterdir()) == before


# === SavedModel and ONNX ===


@pytest.mark.parametrize("trained", ["two"], indirect=True)
def test_tensorflow_serves_the_saved_model(trained: Trained, tmp_path: Path) -> None:
    from pipeline.learning.lean_tensorflow import tf

    path = tmp_path / "run.zip"
    check(trained.export("savedmodel", path), trained, path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert labels == meaning(trained)
    beside_the_network = tmp_path / "savedmodel/assets.extra/labels.json"
    assert json.loads(beside_the_network.read_text()) == labels
    assert "(N, 96, 96, 3) float32" in (tmp_path / "README.txt").read_text()
    network = tf.saved_model.load(str(tmp_path / "savedmodel"))
    logits = np.asarray(network.serve(trained.photos.astype(np.float32)))
    np.testing.assert_allclose(probabilities(logits), trained.expected, atol=ANSWERS)


@pytest.mark.parametrize("trained", ["three"], indirect=True)
def test_onnx_runtime_runs_the_onnx_file(trained: Trained, tmp_path: Path) -> None:
    missing = formats.FORMATS["onnx"].missing
    if missing:
        pytest.skip(missing)
    import onnxruntime

    path = tmp_path / "run.onnx"
    check(trained.export("onnx", path), trained, path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_inputs()] == ["photos"]
    (logits,) = session.run(["logits"], {"photos": trained.photos.astype(np.float32)})
    np.testing.assert_allclose(probabilities(logits), trained.expected, atol=ANSWERS)
    told = session.get_modelmeta().custom_metadata_map
    assert {name: json.loads(value) for name, value in told.items()} == meaning(trained)


# === The bundle ===


@pytest.fixture(scope="session")
def empty_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has what `requirements.txt` of a bundle names, and nothing of PawTune."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = ["ai-edge-litert>=2.1", "numpy>=2.1", "pillow>=11"]
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--retries", "1", *packages],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"needs a registry of Python packages: {done.stderr.strip()[-200:]}")
    return python


def test_predict_py_answers_in_an_empty_environment(
    trained: Trained, empty_python: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.zip"
    check(trained.export("bundle", path), trained, path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "taken")
    expected = json.loads((tmp_path / "taken/expected.json").read_text())
    assert len(expected) == samples.EXAMPLES
    assert {one["is"] for one in expected} == set(trained.run.classes)
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
    }
    for one in expected:
        photo = tmp_path / "taken" / one["path"]
        done = subprocess.run(
            [empty_python, "-s", tmp_path / "taken/predict.py", photo],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        answer = trained.classifier.classify(photo.read_bytes())
        for told in (found, one):
            assert told["class"] == answer.class_name
            assert told["probability"] == pytest.approx(answer.probability, abs=ANSWERS)
            assert told["probabilities"] == pytest.approx(answer.probabilities, abs=ANSWERS)
            assert told["neither"] is answer.is_neither


# === The script ===


def test_the_script_trains(trained: Trained, tmp_path: Path) -> None:
    suffix = formats.suffix_of(formats.FORMATS["script"], trained.run.config)
    trained.export("script", tmp_path / f"train{suffix}")
    if suffix == ".zip":
        with zipfile.ZipFile(tmp_path / "train.zip") as archive:
            archive.extractall(tmp_path)
    saved = tmp_path / "photos.zip"
    command(
        trained.home, "save-set", "--photo-set", trained.run.photo_set_id, "--output", str(saved)
    )
    with zipfile.ZipFile(saved) as archive:
        archive.extractall(tmp_path / "photos")
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "train.py", "photos"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    right, photos = map(int, re.findall(r"Test: (\d+) of (\d+) photos", done.stdout)[0])
    assert photos == len(trained.photos)
    assert (tmp_path / "model.keras").exists()
    if trained.run.config.weights == "built-in":  # a random network learns little in two epochs
        assert right / photos >= 0.8, done.stdout[-500:]


# === What a training leaves ===


@pytest.mark.parametrize("trained", ["two"], indirect=True)
def test_a_training_leaves_its_curves_for_tensorboard(trained: Trained) -> None:
    events = list(trained.run.folder.glob("*/events.out.tfevents.*"))
    assert sorted(path.parent.name for path in events) == ["train", "validation"]
    doctor = command(trained.home, "doctor")
    assert doctor["healthy"]
    assert doctor["leftovers"] == 0
