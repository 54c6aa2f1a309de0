"""README and CONTRIBUTING name what there is, all of it, and nothing else."""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from pages.ui.frame import PAGES
from pipeline.__main__ import _parser
from pipeline.exporting.formats import FORMATS
from pipeline.photos.decoding import file_kinds
from pipeline.photos.sources.opened import READY_SETS
from pipeline.settings.hyperparameters import ANSWER, AUGMENT, TRAIN
from pipeline.settings.presets import PRESETS, TUTORIAL
from pipeline.settings.setting import SHARE, TURN, Setting
from pipeline.settings.train_config import AUGMENT_PRESETS
from pipeline.workspace.home import Workspace
from tests.conftest import REPOSITORY
from tests.test_layers import FLOOR, MODULES

README: Final = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONTRIBUTING: Final = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE: Final = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
TARGETS: Final = dict(re.findall(r"^([a-z]+):.*## (.+)$", MAKEFILE, re.MULTILINE))
OF_ALL: Final = {"--json", "--help", "-h"}
# The options of programs that README tells how to call, and that are not ours.
NOT_OURS: Final = {"--logdir": "TensorBoard"}
# Read by a library alone: the variable, and the module that says so.
READ_BY_LIBRARIES: Final = {
    "FORWARDED_ALLOW_IPS": "pages/ui/visitor_cookie.py",
    "HOME": "pipeline/settings/environment.py",
}
FOR_TESTS: Final = {"PAWTUNE_FAULT"}  # of the code; CONTRIBUTING names those


def section(title: str, text: str = README) -> str:
    """What stands below a heading."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"There is no section {title}."
    return found.group(1)


def tables(text: str) -> Iterator[list[list[str]]]:
    """Each table's rows below its head, cell by cell."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        ]
        yield rows[2:]


def first_words(rows: list[list[str]]) -> list[str]:
    """The first word of what each row sets as code, or in bold."""
    found = [re.match(r"(?:`|\*\*)(\w[^\s`*]*)", cells[0]) for cells in rows]
    assert all(found), rows
    return [match.group(1) for match in found if match]


def options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def commands() -> Mapping[str, argparse.ArgumentParser]:
    (actions,) = [
        action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    return actions.choices


def options_of(command: argparse.ArgumentParser) -> set[str]:
    return {name for action in command._actions for name in action.option_strings} - OF_ALL


def written(value: Any) -> str:
    """A value as README writes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return f"`{value}`" if isinstance(value, str) else str(value)


def values_and_default(entry: Setting) -> tuple[str, str]:
    """What a setting takes and what it is unless chosen, as README writes both."""
    if isinstance(entry.default, bool):
        return "on, off", written(entry.default)
    if entry.unit == SHARE:
        return f"{entry.low:.0%} to {entry.high:.0%}", f"{entry.default:.0%}"
    if entry.unit == TURN:
        low, high, default = (f"{one * 360:.0f}°" for one in (entry.low, entry.high, entry.default))
        return f"{low} to {high}", default
    values = ", ".join(map(written, entry.choices))
    values = values or f"{written(entry.low)} to {written(entry.high)}"
    return f"{values} {entry.unit}".strip(), written(entry.default)


def train_row(name: str, entry: Setting) -> list[str]:
    (action,) = [one for one in commands()["train"]._actions if one.dest == name]
    named = ", ".join(f"`{option}`" for option in action.option_strings)
    return [entry.label, named, *values_and_default(entry)]


def test_the_pages() -> None:
    (rows,) = tables(section("The pages"))
    assert first_words(rows) == [page.name for page in PAGES]


def test_the_commands_and_their_options() -> None:
    (rows,) = tables(section("From the command line"))
    assert sorted(first_words(rows)) == sorted(commands())
    (settings, _) = tables(section("Settings"))
    for name, cells in zip(first_words(rows), rows, strict=True):
        named = options(" ".join(cells))
        if name in ("train", "sweep"):
            named |= options(str(settings)) | {"--augment"}
        assert named == options_of(commands()[name]), name


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_no_command_option_or_target_is_named_that_is_not_there(text: str) -> None:
    assert set(re.findall(r"python -m pipeline ([a-z-]+)", text)) <= set(commands())
    assert set(re.findall(r"\bmake ([a-z]+)`", text)) <= set(TARGETS)
    ours = OF_ALL.union(*map(options_of, commands().values()))
    for path in (REPOSITORY / "pipeline" / "builtin").glob("*.py"):  # programs of their own
        ours |= options(path.read_text(encoding="utf-8"))
    known = ours | set(NOT_OURS) | options(MAKEFILE)
    assert options(text) <= known


def test_the_make_targets() -> None:
    (rows,) = tables(section("For developers"))
    assert {cells[0]: cells[1] for cells in rows} == {
        f"`make {name}`": text for name, text in TARGETS.items()
    }


def test_the_settings() -> None:
    train, others = tables(section("Settings"))
    assert train == [train_row(name, entry) for name, entry in TRAIN.items()]
    assert others == [
        [entry.label, *values_and_default(entry)] for entry in [*AUGMENT.values(), *ANSWER.values()]
    ]


def test_the_presets() -> None:
    (rows,) = tables(section("Three ways to train"))
    assert first_words(rows) == [preset.label for preset in PRESETS.values()]
    (default,) = [cells[0] for cells in rows if "(default)" in cells[0]]
    assert default.startswith(f"**{PRESETS[TUTORIAL].label}**")
    text = section("Settings")
    assert_only(re.search(r"`--preset` is (.*?);", text, re.DOTALL), PRESETS)
    assert_only(re.search(r"`--augment` is (.*?)\. ", text, re.DOTALL), AUGMENT_PRESETS)


def assert_only(found: re.Match[str] | None, names: Mapping[str, Any]) -> None:
    assert found
    assert re.findall(r"`([^`]+)`", found.group(1)) == list(names)


def test_the_export_formats() -> None:
    (rows,) = tables(section("Export"))
    assert first_words(rows) == list(FORMATS)


def test_the_formats_of_photos() -> None:
    """Wherever they are listed, all of them are, in the words of `file_kinds`."""
    text = " ".join(README.split())
    ways = {file_kinds.formats(last, explained=more) for last in ("and", "or") for more in (0, 1)}
    assert set(re.findall(r"JPEG, .*?AVIF", text)) <= ways
    assert file_kinds.formats("and", explained=True) in text
    refused = r"GIF|TIFF|BMP|RAW|SVG|PDF|JPEG XL|JPEG 2000|Photoshop"
    assert not re.findall(rf"\b(?:{refused})\b", text)


def test_the_ready_sets() -> None:
    named = re.findall(r"`((?:drawn|tutorial|tfds):\w+)`", README)
    assert named == [ready.source for ready in READY_SETS]


def variables() -> set[str]:
    """Every variable that the code reads, whether its name stands there or in a constant."""
    found: set[str] = set()
    for path in MODULES.values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        for asked in filter(None, map(asked_for, ast.walk(tree))):
            value = constants.get(asked.id) if isinstance(asked, ast.Name) else asked
            assert isinstance(value, ast.Constant), f"{path} reads a variable without a fixed name"
            found.add(value.value)
    return found


def asked_for(node: ast.AST) -> ast.expr | None:
    """The name in `os.environ[...]`, `os.environ.get(...)`, `os.getenv(...)` and the like."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
        return node.slice if isinstance(node.ctx, ast.Load) else None
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    readers = ("os.environ.get", "os.environ.pop", "os.environ.setdefault", "os.getenv")
    return node.args[0] if called in readers else None


@pytest.mark.parametrize("way", ["environ[{}]", "environ.get({}, '').strip()", "getenv({})"])
def test_a_variable_is_found_however_it_is_read(way: str) -> None:
    line = f"os.{way.format(repr('HERE'))}"
    (asked,) = filter(None, map(asked_for, ast.walk(ast.parse(line))))
    assert ast.literal_eval(asked) == "HERE"


def test_the_environment() -> None:
    for name, place in READ_BY_LIBRARIES.items():
        assert name in (REPOSITORY / place).read_text(encoding="utf-8")
    (rows,) = tables(section("Environment"))
    read = variables()
    assert read > FOR_TESTS
    assert sorted(first_words(rows)) == sorted((read | set(READ_BY_LIBRARIES)) - FOR_TESTS)
    assert set(re.findall(r"\bPAWTUNE_[A-Z_]+", README)) <= read
    conftest = (REPOSITORY / "tests" / "conftest.py").read_text(encoding="utf-8")
    of_tests = set(re.findall(r"\bPAWTUNE_[A-Z_]+_TESTS\b", conftest))
    named = set(re.findall(r"\bPAWTUNE_[A-Z_]+", CONTRIBUTING))
    assert of_tests | FOR_TESTS <= named <= of_tests | read


def test_the_folders_of_a_workspace(tmp_path: Path) -> None:
    (rows,) = tables(section("Files"))
    named = {name for cells in rows for name in re.findall(r"`([^`]+)`", cells[0])}
    Workspace(tmp_path).database.close()
    made = {f"{entry.name}/" if entry.is_dir() else entry.name for entry in tmp_path.iterdir()}
    assert named == {name for name in made if not name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "tests/benchmarks/README.md"]
)
def test_what_it_links_to_is_there(name: str) -> None:
    path = REPOSITORY / name
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def tree() -> set[str]:
    """The folders (with a slash at their end) and modules of CONTRIBUTING's tree."""
    block = re.search(r"```\n(.*?)```", section("The tree", CONTRIBUTING), re.DOTALL)
    assert block
    found: set[str] = set()
    parents: list[str] = []
    for line in block.group(1).splitlines():
        names, _, words = line.strip().partition("  ")
        assert words.strip(), f"nothing is said of {names}"
        depth = (len(line) - len(line.lstrip())) // 2
        above = "".join(parents[:depth])
        found |= {above + name for name in names.split()}
        parents[depth:] = [names]
    return found


def test_the_tree_is_that_of_the_folders_and_rooms() -> None:
    folders = {path.parent for path in MODULES.values()} - {REPOSITORY}
    folders |= {path for path in (REPOSITORY / "tests").iterdir() if any(path.rglob("*.py"))}
    named = {f"{path.relative_to(REPOSITORY).as_posix()}/" for path in folders} | {"tests/"}
    alone = {path for module, path in MODULES.items() if module in FLOOR}
    modules = {
        path.relative_to(REPOSITORY).as_posix() for path in alone if path.name != "__init__.py"
    }
    assert tree() == named | modules


def test_the_order_of_rooms_is_that_of_the_layers_test() -> None:
    order = re.search(r"```\n(.*?)```", section("The order of rooms", CONTRIBUTING), re.DOTALL)
    assert order
    floors: dict[int, list[str]] = {}
    for room, height in FLOOR.items():
        floors.setdefault(height, []).append(room)
    assert [line.split() for line in order.group(1).splitlines()] == list(floors.values())


def test_the_files_that_contributing_names_are_there() -> None:
    for name in re.findall(r"`((?:pages|pipeline|tests)/[\w/.]+)", CONTRIBUTING):
        assert (REPOSITORY / name).exists(), name
    assert len(CONTRIBUTING.splitlines()) <= 150


def test_before_a_commit_stands_what_make_lint_does() -> None:
    hooks = (REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()]
    assert re.findall(r"entry: (.+)", hooks) == commands
    assert "repo: http" not in hooks  # versions stand in requirements-dev.txt


def test_the_newest_release_is_this_version() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]? . \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert released[0] == project["version"]
