"""A network as C: the compiler takes it, and its bytes are the file's."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.exporting import microcontroller
from pipeline.network.litert_operations import operations
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from tests.pipeline.exporting.conftest import export, made, unpacked

PROGRAM = r"""
#include <stdio.h>
#include "model.h"
int main(void) {
  int place;
  fwrite(pawtune_model, 1, PAWTUNE_MODEL_BYTES, stdout);
  for (place = 0; place < PAWTUNE_CLASSES; place++) fprintf(stderr, "%s\n", pawtune_labels[place]);
  return (unsigned long)pawtune_model % 16 != 0;
}
"""


@pytest.fixture
def taken(workspace: Workspace, real_run: Run, tmp_path: Path) -> Path:
    result = export(workspace, real_run, "microcontroller")
    assert result["eight_bit"]["after"]["accuracy"] == 1
    unpacked(made(workspace, result), tmp_path / "taken")
    return tmp_path / "taken"


def test_the_array_is_the_file(taken: Path, real_run: Run) -> None:
    source = (taken / "model.cc").read_text(encoding="ascii")
    numbers = re.findall(r"0x([0-9a-f]{2}),", source)
    model = (taken / "model.tflite").read_bytes()
    assert bytes.fromhex("".join(numbers)) == model
    assert f"#define PAWTUNE_MODEL_BYTES {len(model)}" in (taken / "model.h").read_text("ascii")
    assert (taken / "labels.txt").read_text(encoding="utf-8").split("\n")[:-1] == list(
        real_run.classes
    )


@pytest.mark.parametrize("language", ["c", "c++"])
def test_a_compiler_takes_it(taken: Path, real_run: Run, language: str) -> None:
    compiler = shutil.which({"c": "gcc", "c++": "g++"}[language])
    if compiler is None:
        pytest.skip(f"There is no compiler of {language} here.")
    (taken / "main.c").write_text(PROGRAM, encoding="ascii")
    strict = ["-Wall", "-Wextra", "-Werror", "-pedantic"]
    standard = "-std=c99" if language == "c" else "-std=c++17"
    files = ["-x", language, "model.cc", "main.c"]
    subprocess.run([compiler, standard, *strict, *files, "-o", "ask"], cwd=taken, check=True)
    ran = subprocess.run([taken / "ask"], capture_output=True, check=True)
    assert ran.stdout == (taken / "model.tflite").read_bytes()
    assert ran.stderr.decode().split("\n")[:-1] == list(real_run.classes)


def test_the_readme_tells_the_memory(taken: Path) -> None:
    network = operations((taken / "model.tflite").read_bytes())
    arena = microcontroller.arena_bytes(network, 96)
    assert arena > 3 * 96 * 96
    readme = (taken / "README.md").read_text(encoding="utf-8")
    assert f"{arena:,}" in readme
    assert f"{(taken / 'model.tflite').stat().st_size:,}" in readme
    for kind in ("Conv2D", "DepthwiseConv2D", "Add", "Mean", "FullyConnected"):
        assert f"resolver.Add{kind}();" in readme
    assert "MicroMutableOpResolver<5>" in readme


def test_labels_of_any_kind_are_quoted() -> None:
    source = microcontroller._source(b"\x00", ['a"b\\', "??/", "Bär1", "%s\n"])
    assert '"a\\042b\\134"' in source
    assert '"\\077\\077\\057"' in source
    assert '"B\\303\\244r1"' in source
    assert '"\\045s\\012"' in source
