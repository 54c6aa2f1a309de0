"""Trainings by the command line: presets, options, sweeps."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.__main__ import main
from pipeline.errors import JobError
from pipeline.jobs.queue import Jobs
from pipeline.settings.presets import PRESETS, TUTORIAL
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.photo_sets import PhotoSets
from tests.conftest import REPOSITORY
from tests.pipeline.commands.conftest import run
from tests.workspaces import class_folders

pytestmark = pytest.mark.thorough


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., TrainConfig]:
    """What a training is asked to do, given some options; nothing is trained."""

    def config(*options: str, training: int = 2000) -> TrainConfig:
        found: list[TrainConfig] = []
        row = SimpleNamespace(split_sizes={"training": training})
        monkeypatch.setattr(PhotoSets, "get", lambda *_: row)

        def note(_jobs: Jobs, _photo_set: str, config: TrainConfig, *_: str | None) -> None:
            found.append(config)
            raise JobError("noted")

        monkeypatch.setattr(Jobs, "submit_train", note)
        assert main(["train", "--photo-set", "any", *options, "--json"]) == 1
        return found[0]

    return config


def test_help_lists_every_option_with_its_default() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "train", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    text = " ".join(done.stdout.split())
    for words in (
        "--preset {quick,tutorial,careful}",
        "Default: tutorial",
        "--fine-tune-at",
        "Default: 100",
        "Default: 160 (quick: 224, careful: 224)",
        "Default: 10 (quick: 0, careful: 12)",
        "Default: stepped (quick: solved, careful: solved)",
        "Default: off (careful: on)",
        "Default: tutorial (quick: none, careful: mild)",
        "--alpha",
    ):
        assert words in text


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_preset_is_taken_whole(asked: Callable[..., TrainConfig], preset: str) -> None:
    assert asked("--preset", preset) == PRESETS[preset].config


def test_the_tutorial_is_the_preset_of_those_who_name_none(
    asked: Callable[..., TrainConfig],
) -> None:
    assert asked() == PRESETS[TUTORIAL].config == TrainConfig()
    assert asked("--epochs", "3") == TrainConfig(epochs=3)


def test_single_options_override_the_preset(asked: Callable[..., TrainConfig]) -> None:
    careful = PRESETS["careful"].config
    options = "--preset careful --fine-tune-epochs 4 --no-early-stopping --augment none --views 0"
    assert asked(*options.split()) == replace(
        careful,
        fine_tune_epochs=4,
        early_stopping=False,
        augment=AUGMENT_PRESETS["none"],
        views=0,
    )
    back = asked("--preset", "quick", "--image-size", "160", "--head", "stepped", "--seed", "3")
    assert (back.image_size_px, back.head, back.seed) == (160, "stepped", 3)
    assert back.augment == AUGMENT_PRESETS["none"], "the preset's own"


def test_a_preset_fits_the_photos_and_an_option_is_an_option(
    asked: Callable[..., TrainConfig], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(training=19) == TrainConfig(batch_size=16)
    assert "Batch size 16: there are 19 training photos." in capsys.readouterr().err
    assert asked("--batch-size", "32", training=19) == TrainConfig()
    assert "Batch size" not in capsys.readouterr().err


def test_what_a_training_further_cannot_be_asked(capsys) -> None:
    code, answer = run(capsys, "train")
    assert code == 1 and "Give their id with --photo-set" in answer["error"]
    code, answer = run(capsys, "train", "--from", "run-0", "--alpha", "0.5", "--image-size", "96")
    assert code == 1 and answer["error"].endswith("Width multiplier (alpha) and Image size.")
    code, answer = run(capsys, "train", "--from", "run-0")
    assert code == 1 and "There is no such run" in answer["error"]


def test_a_sweep_finds_settings(capsys, tmp_path: Path) -> None:
    photo_set = run(capsys, "import", class_folders(tmp_path / "photos", 30))[1]["photo_set"]
    base = "--epochs 2 --fine-tune-epochs 0 --weights built-in --image-size 96 --augment none"
    asked = f"sweep --photo-set {photo_set} --runs 3 --sampler random {base}".split()
    code, told = run(capsys, *asked, "--set", "learning_rate=1e-5..1e-2", "--set", "dropout=0,0.2")
    assert code == 0, told
    assert set(told) == {"sweep", "runs", "best", "seed_spread", "against_default", "seconds"}
    assert [set(one) for one in told["runs"]] == [{"run", "settings", "validation", "state"}] * 3
    assert all(set(one["settings"]) == {"learning_rate", "dropout"} for one in told["runs"])
    listed = {one["run"]: one for one in run(capsys, "runs")[1]["runs"]}
    assert set(listed) == {one["run"] for one in told["runs"]} | {told["against_default"]["run"]}
    assert listed[told["best"]]["test"]["photos"] == told["against_default"]["photos"] == 6
    code, again = run(capsys, "sweep", "--continue", told["sweep"])
    assert code == 1 and "This sweep is over" in again["error"]
    assert run(capsys, "doctor")[1]["healthy"]
