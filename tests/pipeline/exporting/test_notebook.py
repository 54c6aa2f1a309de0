"""The notebook: the script's own program in cells, and it runs from top to bottom."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.exporting import notebook, script
from pipeline.exporting.run_facts import RunFacts
from pipeline.jobs.export_job import facts as facts_of
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.set_file import save
from pipeline.progress import silent
from pipeline.settings.presets import FIRST
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.pipeline.exporting.conftest import export, made
from tests.pipeline.exporting.test_script import CONFIGS


def code(cells: list[dict[str, Any]]) -> list[str]:
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", CONFIGS)
def test_its_cells_are_the_script(facts: RunFacts, tmp_path: Path, name: str) -> None:
    told = replace(facts, config=CONFIGS[name], classes=("a'b", 'c"d\n', "con"), name='"""\n\\')
    cells = code(notebook.notebook(told)["cells"])
    program = "\n".join(cells)
    compile(program, "notebook", "exec")
    lines = set(script.script(told).splitlines())
    strange = [line for line in program.splitlines() if line not in lines]
    assert not [line for line in strange if "fit(" in line or "keras." in line]
    assert len(strange) < 30, "what finds the photos, and hands the network over"
    path = tmp_path / "cells.py"
    path.write_text("\n\n\n".join(cells) + "\n", encoding="utf-8")
    rules = ["--isolated", "--line-length", "100", "--select", "E,F,W", "--ignore", "E501"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rules, str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_it_is_a_notebook_as_jupyter_and_colab_read_it(workspace: Workspace, run: Run) -> None:
    path = made(workspace, export(workspace, run, "notebook"))
    assert path.suffix == ".ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in book["cells"]:
        allowed = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            allowed |= {"execution_count", "outputs"}
            assert cell["outputs"] == [] and cell["execution_count"] is None
        assert set(cell) == allowed
        assert cell["source"] and all(line.endswith("\n") for line in cell["source"][:-1])
    first = "".join(book["cells"][0]["source"])
    assert first.startswith("# Transfer learning with Keras") and "In Colab" in first
    headings = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "markdown"]
    assert "## The network" in headings and "## The result" in headings


RUN = """
import json, sys
space = {"__name__": "__main__"}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
"""
COLAB = """
import shutil
def upload():
    shutil.copy({saved!r}, "my photos.zip")
def download(name):
    print("Downloaded", name)
"""
CONFIGS_TO_RUN = {
    "stepped": TrainConfig(
        epochs=1, fine_tune_epochs=1, batch_size=8, alpha=0.35, image_size_px=96, weights="none"
    ),
    "built-in": replace(FIRST, batch_size=8, augment=AUGMENT_PRESETS["none"], image_size_px=96),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CONFIGS_TO_RUN)
@pytest.mark.parametrize("where", ["here", "Colab"])
def test_it_runs_from_top_to_bottom(
    workspace: Workspace, run: Run, tmp_path: Path, name: str, where: str
) -> None:
    facts = replace(facts_of(workspace, Runs(workspace), run), config=CONFIGS_TO_RUN[name])
    notebook.write(facts, tmp_path / "train.ipynb")
    saved = tmp_path / "elsewhere" / "photos.zip"
    saved.parent.mkdir()
    photo_set = PhotoSet.open(workspace.photo_sets_folder / run.photo_set_id)
    save(photo_set, "Colours", saved, silent)
    desk = tmp_path / "desk"
    desk.mkdir()
    if where == "Colab":
        (desk / "google" / "colab").mkdir(parents=True)
        (desk / "google" / "colab" / "__init__.py").write_text("")
        (desk / "google" / "colab" / "files.py").write_text(COLAB.format(saved=str(saved)))
    else:
        saved.rename(desk / "colours.zip")
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "train.ipynb")],
        cwd=desk,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    right, photos = map(int, re.findall(r"Test: (\d+) of (\d+) photos", done.stdout)[0])
    assert photos == run.test["photos"]
    assert name == "stepped" or right == photos
    assert zipfile.is_zipfile(desk / "model.keras")
    assert (desk / "labels.txt").read_text().split() == list(run.classes)
    assert ("Downloaded model.keras" in done.stdout) == (where == "Colab")


@pytest.mark.slow
def test_without_photos_it_says_what_to_do(facts: RunFacts, tmp_path: Path) -> None:
    notebook.write(facts, tmp_path / "train.ipynb")
    done = subprocess.run(
        [sys.executable, "-c", RUN, "train.ipynb"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Put the file that PawTune saved beside this notebook" in done.stderr
