"""The command line: one JSON object, exit code 0 or 1, the same work as the pages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.errors import JobError
from pipeline.jobs.queue import Jobs
from pipeline.settings.presets import PRESETS, TUTORIAL
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.conftest import REPOSITORY
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, class_folders

pytestmark = pytest.mark.thorough


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code = main([*map(str, arguments), "--json"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, "one JSON object and nothing else"
    return code, json.loads(lines[0])


def test_import_says_what_came_and_what_did_not(capsys, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos")
    (folder / "red" / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    code, answer = run(capsys, "import", folder, "--name", "Colours")
    assert code == 0
    keys = {"photo_set", "classes", "received", "accepted", "rejected", "splits", "notes"}
    assert set(answer) == keys
    assert answer["classes"] == ["blue", "red"]
    assert (answer["received"], answer["accepted"]) == (41, 40)
    assert [entry["name"] for entry in answer["rejected"]] == ["red/broken.jpg"]
    assert answer["splits"] == {"training": 32, "validation": 4, "test": 4}
    again = run(capsys, "import", folder)[1]
    assert again["photo_set"] == answer["photo_set"], "the same photos are the same set"
    listed = run(capsys, "photo-sets")[1]["photo_sets"]
    assert [entry["photo_set"] for entry in listed] == [answer["photo_set"]]


def test_a_dry_run_tells_how_files_would_be_understood(capsys, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "pets" / "training_set", photos=6)
    class_folders(tmp_path / "pets" / "test_set", photos=2)
    code, answer = run(capsys, "import", folder.parent, "--dry-run")
    assert code == 0
    assert (answer["reading"], answer["files"]) == ("splits", 16)
    assert answer["classes"] == {"blue": 8, "red": 8}
    assert [one["reading"] for one in answer["others"]] == ["classes"]
    assert run(capsys, "photo-sets")[1] == {"photo_sets": []}, "nothing is kept"
    other = run(capsys, "import", folder.parent, "--reading", "classes", "--dry-run")[1]
    assert set(other["classes"]) == {"test_set", "training_set"}
    imported = run(capsys, "import", folder.parent, "--reading", "none")[1]
    assert imported["classes"] == ["unlabelled"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "/no/such/folder"], "folder"),
        (["import", ".", "--code-page", "klingon"], "one of utf-8, cp437"),
        (["import", "no/such/folder", "--dry-run"], "no folder or zip"),
        (["import", ".", "--reading", "tea leaves"], "invalid choice"),
        (["train", "--photo-set", "none"], "no such photo set"),
        (["train", "--photo-set", "none", "--epochs", "0"], "between 1 and 100"),
        (["train", "--photo-set", "none", "--epochs", "x"], "invalid int"),
        (["train", "--photo-set", "none", "--preset", "best"], "invalid choice"),
        (["train", "--photo-set", "none", "--views", "17"], "between 0 and 16"),
        (["train", "--photo-set", "none", "--head", "guessed"], "stepped, solved"),
        (["sweep", "--set", "dropout=0..0.5"], "Give their id with --photo-set"),
        (["sweep", "--photo-set", "none"], "needs something to try"),
        (["sweep", "--photo-set", "none", "--set", "dropout=0..0.5"], "no such photo set"),
        (["sweep", "--photo-set", "none", "--set", "drop=0..1"], "no setting of this name"),
        (["sweep", "--continue", "sweep-none"], "no such sweep"),
        (["classify", "--run", "run-none", "a.jpg"], "no such run"),
        (["evaluate", "--run", "run-none", "."], "no such run"),
        (["dance"], "invalid choice"),
        ([], "required"),
    ],
    ids=str,
)
def test_what_is_wrong_comes_as_json(capsys, arguments: list[str], words: str) -> None:
    code, answer = run(capsys, *arguments)
    assert code == 1
    assert list(answer) == ["error"]
    assert words in answer["error"]


def test_doctor_and_runs_of_a_fresh_workspace(capsys) -> None:
    assert run(capsys, "runs") == (0, {"runs": []})
    code, answer = run(capsys, "doctor")
    assert (code, answer["healthy"], answer["problems"]) == (0, True, [])


def test_doctor_fails_when_something_is_damaged(capsys, tmp_path: Path, own_home: Path) -> None:
    run(capsys, "import", class_folders(tmp_path / "photos"))
    pack = next(own_home.rglob("*.pack"))
    pack.write_bytes(pack.read_bytes()[:-1])
    code, answer = run(capsys, "doctor")
    assert code == 1
    assert any(pack.name in problem for problem in answer["problems"])


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


@pytest.mark.slow
def test_the_whole_way(capsys, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos", photos=20)
    photo_set = run(capsys, "import", folder)[1]["photo_set"]
    settings = "--epochs 2 --fine-tune-epochs 1 --alpha 0.35 --image-size 96 --weights none"
    rate = "--learning-rate 0.01 --batch-size 8 --augment none"
    arguments = f"train --photo-set {photo_set} {settings} {rate}".split()
    code, trained = run(capsys, *arguments)
    assert code == 0, trained
    assert trained["state"] == "done"
    assert [phase["name"] for phase in trained["phases"]] == ["feature_extraction", "fine_tuning"]
    assert [len(phase["epochs"]) for phase in trained["phases"]] == [2, 1]
    assert set(trained["phases"][0]["epochs"][0]) == {
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "seconds",
    }
    assert trained["parameters"]["trainable"]["feature_extraction"] == 1281
    assert trained["test"]["low"] <= trained["test"]["accuracy"] <= trained["test"]["high"]
    assert trained["test"]["photos"] == 4
    assert trained["config"]["seed"] == 0
    assert trained["seconds"] >= sum(phase["seconds"] for phase in trained["phases"]) > 0
    assert trained["versions"]["keras"].startswith("3.")

    (tmp_path / "text.jpg").write_text("hello")
    photo = folder / "red" / "3.jpg"
    paths = (photo, tmp_path / "text.jpg", tmp_path / "none.jpg")
    code, answer = run(capsys, "classify", "--run", trained["run"], *paths)
    assert code == 0
    first, second, third = answer["photos"]
    assert first["class"] in ("blue", "red")
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert first["probability"] == max(first["probabilities"].values())
    assert first["neither"] == (first["strangeness"] > 1)
    assert "text" in second["error"]
    assert "cannot be read" in third["error"]

    scored = run(capsys, "evaluate", "--run", trained["run"], folder)[1]
    assert scored["photos"] == 40
    assert sum(map(sum, scored["confusion"])) == 40
    assert 0 <= scored["calibration_error"] <= 1
    assert scored["neither"] <= 8, "most are the very photos that it learned from"
    assert run(capsys, "runs")[1]["runs"][0]["test"] == trained["test"]

    short = ["--epochs", "1", "--fine-tune-epochs", "0", "--batch-size", "8", "--augment", "none"]
    code, further = run(capsys, "train", "--from", trained["run"], *short)
    assert (code, further["state"]) == (0, "done"), further
    assert further["started_from"]["run"] == trained["run"]
    assert run(capsys, "runs")[1]["runs"][0]["started_from"] == further["started_from"]
    assert further["config"]["image_size_px"] == 96
    assert run(capsys, "doctor")[1]["healthy"]


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


def test_a_sealed_test_is_opened_once(capsys, own_home: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    assert run(capsys, "seal", "--photo-set", row.id)[1]["runs_before"] == 0
    first, second = (finished_run(workspace, row, name) for name in ("One", "Two"))
    listed = {one["run"]: one for one in run(capsys, "runs")[1]["runs"]}
    for one in (first, second):
        assert listed[one.id]["test"] is None and listed[one.id]["sealed"]
    code, answer = run(capsys, "open-test", "--run", first.id)
    assert code == 0 and answer["test"]["photos"] == 4
    code, answer = run(capsys, "open-test", "--run", second.id)
    assert code == 1 and "opened once already" in answer["error"]


def test_what_a_training_further_cannot_be_asked(capsys) -> None:
    code, answer = run(capsys, "train")
    assert code == 1 and "Give their id with --photo-set" in answer["error"]
    code, answer = run(capsys, "train", "--from", "run-0", "--alpha", "0.5", "--image-size", "96")
    assert code == 1 and answer["error"].endswith("to start from: Network width and Image size.")
    code, answer = run(capsys, "train", "--from", "run-0")
    assert code == 1 and "There is no such run" in answer["error"]
