"""The network that comes along: what is shipped, and how it is made."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError, SettingError
from pipeline.learning.initial_weights import starting_tensors
from pipeline.network.convolutions import DEPTHWISE, FULL, convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import LOGITS, POOLED, LitertNetwork
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.network.tensors import Tensors, read_tensors
from pipeline.progress import silent
from pipeline.settings.environment import BACKBONE, EXAMPLE, EXAMPLE_ID, MODEL_CARD
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, NUM_LAYERS
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.runs import BUNDLE, Runs
from tests.conftest import REPOSITORY
from tests.non_pets import non_pets
from tests.random_network import random_tensors
from tests.workspaces import jpeg

MIB = 2**20


def start() -> Tensors:
    config = TrainConfig.fitting(weights=BUILT_IN)
    return starting_tensors(config, Path("unused"), np.empty(0, np.uint8), silent).tensors


# === What is shipped ===


def test_the_backbone_has_keras_s_layers_and_names() -> None:
    assert len(backbone_layers(BUILT_IN_ALPHA, 160)) == NUM_LAYERS
    tensors, received = start(), 3
    expected: dict[str, tuple[int, ...]] = {}
    for conv in convolutions(BUILT_IN_ALPHA, 160):
        channels = conv.output_shape[2]
        side = 3 if conv.kind in (FULL, DEPTHWISE) else 1
        last = 1 if conv.kind == DEPTHWISE else channels
        expected[f"{conv.name}/kernel"] = (side, side, received, last)
        for weight in ("gamma", "beta", "moving_mean", "moving_variance"):
            expected[f"{conv.normalization}/{weight}"] = (channels,)
        received = channels
    assert {name: tensor.shape for name, tensor in tensors.items()} == expected
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())


def test_all_of_it_is_small() -> None:
    assert BACKBONE.stat().st_size <= 3 * MIB
    shipped = sum(path.stat().st_size for path in BACKBONE.parent.rglob("*") if path.is_file())
    assert shipped <= 6 * MIB


@pytest.mark.parametrize("image_size_px", [96, 160, 224])
def test_it_sees_at_every_size(image_size_px: int) -> None:
    network = LitertNetwork(litert_file(start(), BUILT_IN_ALPHA, image_size_px))
    pictures = np.stack([picture for _, picture in non_pets(2, image_size_px)])
    (pooled,) = network.run(pictures, [POOLED])
    assert np.isfinite(pooled).all()
    assert pooled.std(axis=0).mean() > 0.01, "different pictures look different to it"


def test_it_has_one_width() -> None:
    with pytest.raises(SettingError, match=r"width 0\.5 alone.*Received: 1\.0"):
        TrainConfig(weights=BUILT_IN)
    assert TrainConfig.fitting(weights=BUILT_IN, alpha=1.0).alpha == BUILT_IN_ALPHA


def test_the_card_says_what_a_card_says() -> None:
    card = MODEL_CARD.read_text(encoding="utf-8")
    for words in (
        "What it learned from",
        "How good it is",
        "| Cat |",
        "| Dog |",
        "95 % interval",
        "Where it fails",
        "must not be used for",
        "Licence",
    ):
        assert words in card


# === The example ===


@pytest.fixture
def runs(with_example: None, own_home: Path) -> Runs:
    return Runs(open_workspace(own_home))


def test_the_example_is_a_finished_run(runs: Runs) -> None:
    (run,) = runs.list()
    assert (run.id, run.is_example, run.state, run.can_answer) == (EXAMPLE_ID, True, "done", True)
    assert run.config.weights == BUILT_IN
    assert {epoch.phase for epoch in run.epochs} == {"feature_extraction", "fine_tuning"}
    assert run.test is not None
    found = runs.predictions(run.id)
    assert len(found.truth) == run.test["photos"]
    assert float(np.mean(found.called == found.truth)) == pytest.approx(run.test["accuracy"])
    manifest = read_bundle(EXAMPLE / BUNDLE).manifest
    assert TrainConfig.from_json(manifest["config"]) == run.config
    assert manifest["classes"] == list(run.classes)


def test_the_example_started_from_the_backbone_that_is_shipped(runs: Runs) -> None:
    from pipeline.files.atomic import sha256_of

    assert runs.get(EXAMPLE_ID).weights_sha256 == sha256_of(BACKBONE)


def test_the_example_cannot_be_changed_but_hidden(runs: Runs) -> None:
    for change in (lambda: runs.delete(EXAMPLE_ID), lambda: runs.rename(EXAMPLE_ID, "Mine")):
        with pytest.raises(RunError, match="Hide it instead"):
            change()
    runs.hide_example(True)
    assert runs.list() == ()
    assert runs.get(EXAMPLE_ID).is_example, "a link to it still works"
    runs.hide_example(True)
    runs.hide_example(False)
    assert len(runs.list()) == 1


def test_pictures_of_no_pet_are_neither(with_example: None) -> None:
    classifier = Classifier(read_bundle(EXAMPLE / BUNDLE))
    pictures = np.stack([picture for _, picture in non_pets(25, classifier.image_size_px)])
    neither = [answer.is_neither for answer in classifier.answers(pictures)]
    assert np.mean(neither) > 0.8


# === How it is made ===


@pytest.mark.slow
def test_the_student_is_the_network_that_answers() -> None:
    """The same numbers in `keras.ops`, in Keras's own layers and in LiteRT."""
    import keras

    from pipeline.builtin.student import Student

    student = Student(0.35, num_logits=1, seed=3)
    photos = np.random.default_rng(0).integers(0, 256, (6, 96, 96, 3), np.uint8)
    student(photos, training=True)  # the statistics move
    seen = keras.ops.convert_to_numpy(student(photos))
    tensors = student.tensors()
    head = (tensors["head/kernel"], tensors["head/bias"])
    network = LitertNetwork(litert_file(tensors, 0.35, 96, head=head))
    pooled, logits = network.run(photos, [POOLED, LOGITS])
    np.testing.assert_allclose(seen, np.concatenate([pooled, logits], 1), atol=2e-4)

    keras_s = keras.applications.MobileNetV2(
        (96, 96, 3), alpha=0.35, include_top=False, weights=None, pooling="avg"
    )
    for layer in keras_s.layers:
        names = [weight.path.rsplit("/", 1)[-1] for weight in layer.weights]
        layer.set_weights([tensors[f"{layer.name}/{name}"] for name in names])
    theirs = keras_s.predict(photos / 127.5 - 1, verbose=0)
    np.testing.assert_allclose(seen[:, :-1], theirs, atol=2e-4)


@pytest.mark.slow
def test_one_command_makes_a_backbone_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.builtin import make_backbone, teacher
    from pipeline.learning.initial_weights import Start

    archive = tmp_path / "pets.zip"
    with zipfile.ZipFile(archive, "w") as photos:
        for kind, colour in (("Cat", (200, 90, 60)), ("Dog", (60, 90, 200))):
            for number in [*range(20), *range(9_000, 9_010)]:
                photos.writestr(f"PetImages/{kind}/{number}.jpg", jpeg(colour, seed=number))
    monkeypatch.setattr(
        teacher, "starting_tensors", lambda *_: Start(random_tensors(1.0), "0" * 64)
    )
    monkeypatch.setattr(make_backbone, "TEACHER_PX", 96)
    monkeypatch.setattr(make_backbone, "PICTURES", 10)
    monkeypatch.setattr(make_backbone, "BACKBONE", tmp_path / "backbone.safetensors")
    called: list[list[str]] = []
    monkeypatch.setattr(
        make_backbone.subprocess, "run", lambda command, check: called.append(command)
    )

    def make(plan: str) -> list[dict[str, float]]:
        home = tmp_path / "home"
        arguments = ["", str(archive), "--home", str(home), "--alpha", "0.35", "--views", "2"]
        monkeypatch.setattr("sys.argv", [*arguments, "--plan", plan])
        make_backbone.main()
        lines = capsys.readouterr().out.splitlines()
        return [json.loads(line) for line in lines]

    told = make("32x1,64x1")
    assert [row["image_size_px"] for row in told if "epoch" in row] == [32, 64]
    told = make("32x1,64x2")
    assert [row["epoch"] for row in told if "epoch" in row] == [3]
    tensors, facts = read_tensors(tmp_path / "backbone.safetensors")
    assert len(json.loads(facts["history"])) == 3
    assert {tensor.dtype for tensor in tensors.values()} == {np.dtype(np.float16)}
    assert sum(tensor.size for tensor in tensors.values()) == sum(
        layer.parameters for layer in backbone_layers(0.35, 96)
    )
    assert called[-1][2] == "pipeline.builtin.make_example"


def test_no_photo_lies_in_the_project() -> None:
    found = [
        path for path in (REPOSITORY / "pipeline").rglob("*") if path.suffix in (".jpg", ".png")
    ]
    icons = REPOSITORY / "pipeline/exporting/templates/web/icons"  # a drawn paw
    assert [path for path in found if path.parent != icons] == []
