"""A point of a learning curve: one type, and its row."""

from __future__ import annotations

import ast
from dataclasses import fields

from pipeline.evaluation.learning_curve import Epoch, EpochScores
from pipeline.settings.train_config import FINE_TUNING
from pipeline.workspace.tables import EpochRecord
from tests.conftest import REPOSITORY

POINT = Epoch(FINE_TUNING, 12, 0.3, 0.9, 0.4, 0.8, 5.0)


def test_scores_become_a_point_at_their_place() -> None:
    assert EpochScores(0.3, 0.9, 0.4, 0.8, 5.0, refined_loss=0.35).at(FINE_TUNING, 12) == POINT


def test_a_point_survives_its_row() -> None:
    assert EpochRecord.of("run-1", POINT).point == POINT


def test_a_row_holds_a_point_and_whose_it_is() -> None:
    columns = set(EpochRecord.__table__.columns.keys())
    assert columns == {"run_id", *(field.name for field in fields(Epoch))}


def test_no_other_class_is_a_point() -> None:
    found = {
        node.name
        for path in (REPOSITORY / "pipeline").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and {"val_loss", "val_accuracy"} <= set(map(name_of, node.body))
    }
    assert found == {"Epoch", "EpochScores", "EpochRecord"}


def name_of(node: ast.stmt) -> str:
    """What a line of a class's body declares."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return getattr(node, "name", "")
