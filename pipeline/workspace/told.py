"""Runs and photo sets as plain JSON, for the command line and for other programs."""

from __future__ import annotations

from typing import Any

from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


def run_told(run: Run) -> dict[str, Any]:
    """A run as lists tell of it; everything else is `Run.to_json`."""
    return {
        "run": run.id,
        "name": run.name,
        "state": run.state,
        "photo_set": run.photo_set_id,
        "classes": list(run.classes),
        "can_answer": run.can_answer,
        "config": run.config.to_json(),
        "epochs": len(run.epochs),
        "test": run.test,
        "cross_validation": run.cross_validation,
        "sealed": run.is_sealed,
        "seconds": run.seconds,
        "error": run.error,
        "note": run.note,
        "tags": list(run.tags),
        "baseline": run.is_baseline,
        "started_from": run.started_from and run.started_from.to_json(),
    }


def photo_set_told(row: PhotoSetRow) -> dict[str, Any]:
    """A photo set as the database knows it."""
    return {
        "photo_set": row.id,
        "name": row.name,
        "classes": list(row.classes),
        "received": row.received,
        "accepted": row.accepted,
        "rejected": list(row.rejected),
        "splits": row.split_sizes,
        "notes": list(row.notes),
        **({"missing": list(row.missing)} if row.missing else {}),
    }
