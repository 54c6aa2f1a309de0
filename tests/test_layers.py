"""Who may import whom; and calls that nothing in the project may make."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PIPELINE = sorted((REPOSITORY / "pipeline").rglob("*.py"))
WEB = [REPOSITORY / "app.py", *sorted((REPOSITORY / "pages").rglob("*.py"))]
HEAVY = ("tensorflow", "keras", "tensorflow_datasets", "pipeline.learning")
# What each room of the pipeline may see of the others, top to bottom.
ROOMS = {
    "photos": {"photos"},
    "features": {"photos", "features"},
    "heads": {"heads"},
    "classify": {"photos", "classify"},
    "learning": {"photos", "features", "heads", "learning"},
    "exporting": {"photos", "classify", "learning", "exporting"},
    "workspace": {"photos", "classify", "workspace"},
    "jobs": {
        "photos",
        "features",
        "heads",
        "classify",
        "learning",
        "exporting",
        "workspace",
        "jobs",
    },
    # makers, never called
    "builtin": {
        "photos",
        "features",
        "heads",
        "classify",
        "learning",
        "workspace",
        "jobs",
        "builtin",
    },
}


@cache
def imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_there_is_something_to_look_at() -> None:
    assert len(PIPELINE) > 20
    assert len(WEB) > 8


@pytest.mark.parametrize("path", PIPELINE, ids=named)
def test_the_pipeline_knows_no_screen(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] == "streamlit"]


@pytest.mark.parametrize("path", WEB, ids=named)
def test_the_web_process_stays_light(path: Path) -> None:
    assert not [name for name in imports(path) if name.startswith(HEAVY)]


@pytest.mark.parametrize("path", WEB, ids=named)
def test_pages_do_not_import_each_other(path: Path) -> None:
    found = [name for name in imports(path) if name.split(".")[0] == "pages"]
    assert not [name for name in found if not name.startswith("pages.ui") and name != "pages"]


def test_nothing_needs_what_made_the_built_in_network() -> None:
    for path in [*PIPELINE, *WEB]:
        if "builtin" not in path.parts:
            assert not [name for name in imports(path) if name.startswith("pipeline.builtin")]


@pytest.mark.parametrize("path", PIPELINE, ids=named)
def test_rooms_are_entered_from_above_only(path: Path) -> None:
    room = path.relative_to(REPOSITORY / "pipeline").parts[0]
    seen = {
        name.split(".")[1]
        for name in imports(path)
        if name.startswith("pipeline.") and name.split(".")[1] in ROOMS
    }
    if room in ROOMS:
        assert seen <= ROOMS[room]
    elif room not in ("__main__.py", "commands.py"):
        assert not seen, f"{room} lies below every room"


def test_importing_the_web_side_loads_no_tensorflow() -> None:
    modules = [
        ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        for path in PIPELINE
        if not {"learning", "builtin"} & set(path.parts)
        and path.name not in ("__main__.py", "train_job.py")
    ]
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'streamlit', 'tensorflow', 'keras', 'tensorflow_datasets'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


FORBIDDEN_NAMES = {"load_model", "extractall", "eval", "exec", "system", "popen"}
FORBIDDEN_MODULES = {"pickle", "joblib", "dill", "shelve", "marshal"}
FORBIDDEN_ARGUMENTS = {"shell", "unsafe_allow_html", "allow_pickle"}


@pytest.mark.parametrize("path", [*PIPELINE, *WEB], ids=named)
def test_no_forbidden_call(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & FORBIDDEN_MODULES
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        assert name not in FORBIDDEN_NAMES, f"line {node.lineno} calls {name}"
        for argument in node.keywords:
            if argument.arg in FORBIDDEN_ARGUMENTS:
                assert isinstance(argument.value, ast.Constant)
                assert argument.value.value is False, f"line {node.lineno} sets {argument.arg}"
