"""Who may import whom; and calls that nothing in the project may make."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PIPELINE = sorted((REPOSITORY / "pipeline").rglob("*.py"))
PAGES = sorted((REPOSITORY / "pages").rglob("*.py"))
WEB = [REPOSITORY / "app.py", REPOSITORY / "server.py", *PAGES]
HEAVY = ("tensorflow", "keras", "tensorflow_datasets", "pipeline.learning")
# From the ground up: a line may use the lines above it and none below; the rooms of one line do
# not know each other.
FLOORS = """
pipeline.errors
pipeline.progress  pipeline.parallel  pipeline.stopwatch
pipeline.settings
pipeline.files
pipeline.network  pipeline.evaluation
pipeline.wording
pipeline.heads
pipeline.photos  pipeline.coach
pipeline.features
pipeline.learning  pipeline.classify
pipeline.browser
pipeline.exporting  pipeline.workspace
pipeline.tuning
pipeline.jobs
pipeline.api
pipeline.phone
pages.ui.component  pages.ui.camera  pages.ui.inline  pages.ui.markdown  \
pages.ui.upload_answers  pages.ui.visitor_cookie
pages.ui.access  pages.ui.visitor
pages.ui.stores
pages.ui.resources  pages.ui.tuning
pages.ui.frame  pages.ui.networks  pages.ui.charts
pages.ui.parts
pages.ui.photos  pages.ui.train  pages.ui.runs  pages.ui.evaluate  pages.ui.classify  \
pages.ui.start  pages.ui.explore  pages.ui.augment
pages  app
server
pipeline.commands
pipeline.__main__
pipeline.builtin
"""
FLOOR = {room: height for height, line in enumerate(FLOORS.split("\n")) for room in line.split()}
# Who may enter the room that computes with TensorFlow.
DOORS_TO_LEARNING = {"pipeline.jobs", "pipeline.builtin"}
# Exporting converts with TensorFlow, late, and takes from learning no more than its set-up.
SET_UP = {
    "pipeline.learning",
    "pipeline.learning.lean_tensorflow",
    "pipeline.learning.standard_keras",
}


def module_of(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in [*PIPELINE, *WEB]}


def room_of(module: str) -> str:
    """The longest name in `FLOORS` that the module lies in."""
    inside = [room for room in FLOOR if f"{module}.".startswith(f"{room}.")]
    return max(inside, key=len, default="")


@cache
def imports(path: Path) -> tuple[str, ...]:
    """What a file imports, wherever in it: late, or for the types alone, as well."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{named(path)} imports relatively"
            found.append(node.module)
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def modules_of_ours(path: Path) -> set[str]:
    """The modules of the project that a file imports; a package alone if nothing else of it."""
    found = {name for name in imports(path) if name in MODULES} - {module_of(path)}
    return {name for name in found if not any(f"{name}." in f"{one}." for one in found - {name})}


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def complaint(importer: str, imported: str) -> str:
    """Why one module may not import another; empty where it may."""
    low, high = room_of(importer), room_of(imported)
    if not low or not high:
        return f"{importer} imports {imported}, which is no room's"
    if low == high or FLOOR[high] < FLOOR[low]:
        return ""
    where = "above" if FLOOR[high] > FLOOR[low] else "beside"
    return f"{importer} imports {imported}, but {high} lies {where} {low}"


def table() -> str:
    """Every room from the ground up: its files, its lines, and the rooms that it uses."""
    rows = []
    for room in FLOOR:
        paths = [path for module, path in MODULES.items() if room_of(module) == room]
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        used = {room_of(name) for path in paths for name in modules_of_ours(path)} - {room}
        below = " ".join(one.removeprefix("pipeline.") for one in FLOOR if one in used)
        rows.append(f"{room.removeprefix('pipeline.'):18}{len(paths):4}{lines:7,}  {below}")
    return "\n".join(["room              files  lines  uses", *rows])


def test_every_room_has_its_floor(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{table()}")
    rooms = {".".join(name.split(".")[:2]) for name in MODULES if name.startswith("pipeline.")}
    rooms |= {".".join(name.split(".")[:3]) for name in MODULES if name.startswith("pages.ui.")}
    assert rooms | {"pages", "app", "server"} == set(FLOOR)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_imported_from_above(module: str) -> None:
    said = [complaint(module, name) for name in modules_of_ours(MODULES[module])]
    assert not [one for one in said if one]


def test_an_import_from_above_or_beside_would_be_named() -> None:
    assert complaint("pipeline.photos.splits", "pipeline.jobs.queue") == (
        "pipeline.photos.splits imports pipeline.jobs.queue, but pipeline.jobs lies above "
        "pipeline.photos"
    )
    assert "beside" in complaint("pipeline.network.head", "pipeline.evaluation.metrics")
    assert not complaint("pipeline.jobs.queue", "pipeline.photos.splits")
    assert not complaint("pipeline.photos.packs", "pipeline.photos.splits")


def test_no_circle() -> None:
    graph = {module: modules_of_ours(path) for module, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("path", PIPELINE, ids=named)
def test_the_pipeline_knows_no_screen(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] == "streamlit"]


@pytest.mark.parametrize("path", WEB, ids=named)
def test_the_web_process_stays_light(path: Path) -> None:
    assert not [name for name in imports(path) if name.startswith(HEAVY)]


@pytest.mark.parametrize("path", PIPELINE, ids=named)
def test_learning_has_few_doors(path: Path) -> None:
    found = {name for name in modules_of_ours(path) if room_of(name) == "pipeline.learning"}
    room = room_of(module_of(path))
    if room == "pipeline.exporting":
        assert found <= SET_UP
    elif room not in DOORS_TO_LEARNING | {"pipeline.learning"}:
        assert not found


@pytest.mark.parametrize("path", [*WEB], ids=named)
def test_pages_do_not_import_each_other(path: Path) -> None:
    found = {name for name in modules_of_ours(path) if name.split(".")[0] in ("pages", "app")}
    assert not {name for name in found if not name.startswith("pages.ui.")}


@pytest.mark.parametrize("path", WEB, ids=named)
def test_pages_neither_import_photos_nor_speak_for_a_job(path: Path) -> None:
    mine = {name.rpartition(".")[2] for name in imports(path)}
    assert not mine & {"import_photos", "Joining", "JobError"}


def test_nothing_needs_what_made_the_built_in_network() -> None:
    users = Counter(
        module
        for module, path in MODULES.items()
        for name in modules_of_ours(path)
        if room_of(name) == "pipeline.builtin" != room_of(module)
    )
    assert not users


def test_importing_the_web_side_loads_no_tensorflow() -> None:
    modules = [
        module_of(path)
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
