"""The tree of errors is as it is drawn, and no error of one kind passes for another."""

from __future__ import annotations

import inspect
import re
from typing import Final

from pipeline import errors
from pipeline.errors import DiskFullError, PhotoSetError, QuotaError, WorkspaceError

_LEVEL: Final = 4  # characters of the drawing that one generation is moved in by


def drawn() -> dict[str, str]:
    """Each error of the drawing with its parent."""
    parents, line_of_descent = {}, ["PawTuneError"]
    for indent, name in re.findall(r"^ {4}([│ ]*[├└]── )(\w+)", errors.__doc__ or "", re.MULTILINE):
        depth = len(indent) // _LEVEL
        parents[name] = line_of_descent[depth - 1]
        line_of_descent[depth:] = [name]
    return parents


def test_the_tree_is_as_it_is_drawn() -> None:
    members = [one for _, one in inspect.getmembers(errors, inspect.isclass)]
    classes = [one for one in members if issubclass(one, Exception)]
    real = {one.__name__: one.__base__.__name__ for one in classes if one.__base__ is not Exception}
    assert drawn() == real


def test_a_full_disk_a_quota_and_a_photo_set_are_told_apart() -> None:
    assert not issubclass(DiskFullError, PhotoSetError)
    assert not issubclass(QuotaError, PhotoSetError | WorkspaceError)
    assert issubclass(DiskFullError, WorkspaceError), "who goes on without the disk goes on"
