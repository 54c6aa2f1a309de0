"""The whole way by the command line, from photos to answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.commands.conftest import run
from tests.workspaces import class_folders

pytestmark = pytest.mark.thorough


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
