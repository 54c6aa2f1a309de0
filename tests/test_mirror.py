"""Tests stand by the module that they test, so that whoever changes one finds the other.

`pipeline/ROOM/module.py` is tested by `tests/pipeline/ROOM/test_module.py`, and
`pages/ui/FOLDER/module.py` by `tests/pages/FOLDER/test_module.py`; what a package does as a whole,
by `test_PACKAGE.py` inside its folder or beside it.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conftest import REPOSITORY

TESTS = REPOSITORY / "tests"
MIRRORED = {"pipeline": TESTS / "pipeline", "pages/ui": TESTS / "pages"}
# Modules without a test file of their own, and where they are tested; with a slash at the end, all
# modules of a package.
ELSEWHERE = {
    "pipeline/__main__.py": "with every command: tests/pipeline/commands/test_commands.py",
    "pipeline/builtin/": "one training of minutes: tests/pipeline/builtin/test_builtin.py",
    "pipeline/exporting/keras_network.py": "one training: tests/pipeline/exporting/"
    "test_other_networks.py",
    "pipeline/exporting/network_numbers.py": "the same training: tests/pipeline/exporting/"
    "test_other_networks.py",
    "pipeline/exporting/run_facts.py": "what tests/pipeline/exporting/test_report_page.py tells",
    "pipeline/features/frozen_pass.py": "counted pass by pass in tests/pipeline/features/"
    "test_features.py",
    "pipeline/files/http_transfer.py": "against servers that misbehave: tests/faults/"
    "test_download_faults.py",
    "pipeline/jobs/dispatch.py": "with real processes: tests/faults/test_jobs.py",
    "pipeline/jobs/evaluate_job.py": "with its page: tests/pages/evaluate/test_relabel.py",
    "pipeline/jobs/queue.py": "with real processes: tests/faults/test_jobs.py; limits: "
    "tests/pipeline/workspace/test_quotas.py",
    "pipeline/jobs/worker.py": "with real processes: tests/faults/test_jobs.py",
    "pipeline/learning/learners.py": "whole trainings: tests/pipeline/learning/test_training.py",
    "pipeline/learning/phases.py": "whole trainings: tests/pipeline/learning/test_training.py",
    "pipeline/learning/tail_layer.py": "against Keras: tests/pipeline/learning/test_tail.py",
    "pipeline/network/litert_graph.py": "the files that it writes: tests/pipeline/network/"
    "test_litert_file.py",
    "pipeline/photos/receiving.py": "tests/pipeline/photos/test_importing.py",
    "pipeline/photos/writing.py": "tests/pipeline/photos/test_packs.py",
    "pipeline/photos/sources/__init__.py": "tests/pipeline/photos/sources/test_opened.py",
    "pipeline/photos/sources/drawn/": "only the whole picture can be judged: "
    "tests/pipeline/photos/sources/test_drawn.py",
    "pipeline/photos/sources/members.py": "zip by zip: tests/pipeline/photos/sources/"
    "test_archive.py",
    "pipeline/photos/sources/set_file.py": "saved and read again: tests/pipeline/photos/"
    "test_set_file.py",
    "pipeline/photos/sources/zip_directory.py": "zip by zip: tests/pipeline/photos/sources/"
    "test_archive.py",
    "pipeline/progress.py": "what every test of long work listens to; words: "
    "tests/pipeline/wording/test_job_text.py",
    "pipeline/workspace/backup/rows.py": "tests/pipeline/workspace/backup/test_snapshot.py",
    "pipeline/workspace/backup/unpacking.py": "tests/pipeline/workspace/backup/test_restoring.py",
    "pipeline/workspace/database.py": "tests/pipeline/workspace/test_migrations.py",
    "pipeline/workspace/example.py": "tests/pipeline/builtin/test_builtin.py",
    "pipeline/workspace/migrations/": "tests/pipeline/workspace/test_migrations.py",
    "pipeline/workspace/photo_set_rows.py": "tests/pipeline/workspace/test_versions.py",
    "pipeline/workspace/startup.py": "tests/faults/test_housekeeping.py",
    "pipeline/workspace/tables.py": "tests/pipeline/workspace/test_migrations.py",
    "pages/ui/charts/figure.py": "every chart of every page: tests/pages/charts/test_charts.py",
    "pages/ui/networks.py": "asked in tests/pages/classify/test_questions.py; whose they are: "
    "tests/pages/test_demo.py",
    "pages/ui/parts/heatmap.py": "tests/pages/evaluate/test_photos.py",
    "pages/ui/parts/import_card.py": "tests/pages/photos/test_imports.py",
    "pages/ui/parts/lessons.py": "texts alone: tests/pages/test_every_page.py opens them",
    "pages/ui/resources.py": "tests/pages/test_augment.py; whose they are: tests/pages/"
    "test_demo.py",
    "pages/ui/stores.py": "the only way to a store: tests/pipeline/workspace/test_visitors.py",
    "pages/ui/tuning.py": "tests/pages/train/test_asked.py; whose they are: "
    "tests/pages/test_demo.py",
}
# Tests of something that is no module, and what it is.
NO_MODULE = {
    "tests/pages/test_damaged_run.py": "one run that cannot be read, on all pages",
    "tests/pages/test_demo.py": "two visitors of one server, on all pages",
    "tests/pages/test_every_page.py": "what holds for each page",
    "tests/pipeline/classify/test_gradcam.py": "heatmap.py by another way, with TensorFlow",
    "tests/pipeline/photos/checkup/test_planted_errors.py": "wrong labels, from import to score",
    "tests/pipeline/photos/test_old_files.py": "what earlier versions wrote, whoever reads it",
}


def is_more_than_data(tree: ast.Module) -> bool:
    """Whether there is a public function, or a public class that does something."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        isinstance(node, functions)
        or (isinstance(node, ast.ClassDef) and any(isinstance(one, functions) for one in node.body))
        for node in tree.body
        if not getattr(node, "name", "_").startswith("_")
    )


def mirrors(room: str, path: Path) -> tuple[Path, ...]:
    """Where the test of a module may lie."""
    inside = path.relative_to(REPOSITORY / room)
    if path.name != "__init__.py":
        return ((MIRRORED[room] / inside).with_name(f"test_{path.name}"),)
    folder = MIRRORED[room] / inside.parent
    return folder / f"test_{folder.name}.py", folder.with_name(f"test_{folder.name}.py")


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def entry_of(module: str) -> str:
    """What in `ELSEWHERE` speaks for a module; empty where nothing does."""
    return next((one for one in ELSEWHERE if module == one or module.startswith(one)), "")


MODULES = [
    (room, path)
    for room in MIRRORED
    for path in sorted((REPOSITORY / room).rglob("*.py"))
    if is_more_than_data(ast.parse(path.read_text(encoding="utf-8")))
]
UNTESTED = [
    named(path)
    for room, path in MODULES
    if not any(place.exists() for place in mirrors(room, path))
]


def test_every_module_has_its_tests_in_the_same_place_or_says_where_they_are() -> None:
    nowhere = [module for module in UNTESTED if not entry_of(module)]
    assert not nowhere, f"no tests at the mirrored place, and no reason in ELSEWHERE: {nowhere}"


def test_every_test_file_stands_where_what_it_tests_does() -> None:
    places = {
        place
        for room in MIRRORED
        for path in (REPOSITORY / room).rglob("*.py")
        for place in mirrors(room, path)
    }
    files = {path for folder in MIRRORED.values() for path in folder.rglob("test_*.py")}
    strangers = {named(path) for path in files - places}
    new, gone = sorted(strangers - set(NO_MODULE)), sorted(set(NO_MODULE) - strangers)
    assert not new, f"no module lies where these tests stand; move them: {new}"
    assert not gone, f"named in NO_MODULE, and not there, or a module's: {gone}"


def test_no_reason_outlives_what_it_is_for() -> None:
    idle = sorted(set(ELSEWHERE) - {entry_of(module) for module in UNTESTED})
    assert not idle, f"in ELSEWHERE, and tested at their place by now, or gone: {idle}"
    assert len(ELSEWHERE) < 40


def test_every_file_that_a_reason_names_is_there() -> None:
    for module, reason in ELSEWHERE.items():
        files = [word.rstrip(";:,") for word in reason.split() if word.startswith("tests/")]
        assert files, f"{module}: the reason names no test file"
        gone = [name for name in files if not (REPOSITORY / name).is_file()]
        assert not gone, f"{module}: there is no {gone}"
