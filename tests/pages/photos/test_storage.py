"""Storage: what is kept is told and can be cleared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from pages.ui.photos import tabs
from pipeline.files.cache import Cache, key_of
from pipeline.files.npy import Append
from pipeline.files.row_file import Table, recipe_of
from pipeline.files.row_store import RowStore
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import open_tab

MB = 10**6


def keep(workspace: Workspace, kind: str, owner: str, size: int) -> Path:
    """Make an entry of the cache that nobody uses."""
    cache = Cache(workspace.cache_folder)

    def make(path: Path) -> None:
        path.write_bytes(bytes(size))

    with cache.file(key_of(kind, owner), make, size) as lease:
        return lease.path


def keep_rows(workspace: Workspace, kind: str, user: str, size: int) -> None:
    """Keep one row of a table, as a training keeps what it makes of a photo."""
    table = Table(kind, recipe_of(of=kind), (size,), np.uint8)

    def make(appends: Mapping[Table, Append], _: object) -> None:
        appends[table](np.zeros((1, size), np.uint8))

    RowStore(Cache(workspace.cache_folder)).rows([table], [bytes(31) + b"1"], user, make)


def bar(app) -> str:
    return next(bar.proto.text for bar in app.get("progress") if "at most" in bar.proto.text)


def test_an_empty_cache_has_nothing_to_clear(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_tab(open_page("photos"), tabs.KEEP)
    assert bar(app) == "**0 bytes** of at most 11 GB"  # 10 GiB
    assert app.button(key="photos_clear_kept").disabled


def test_what_is_kept_is_told_by_set_and_kind(
    open_page: Open,
    workspace: Workspace,
    photo_set: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_rows(workspace, "pooled", photo_set.id, 2 * MB)
    keep_rows(workspace, "cut", photo_set.id, 3 * MB)
    keep_rows(workspace, "photos", "gone", MB)
    (workspace.cache_folder / f"{photo_set.id}-160.npy").write_bytes(bytes(MB))
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", "0.5")
    app = open_tab(open_page("photos"), tabs.KEEP)
    assert bar(app) == "**7.0 MB** of at most 537 MB"
    text = words(app)
    assert "Colours: **6.0 MB**" in text
    for part in ("2.0 MB features", "3.0 MB results", "1.0 MB what an earlier version left"):
        assert part in text
    assert "earlier versions and deleted sets: **1.0 MB**" in text


def test_clear_frees_what_nobody_uses(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    gone = keep(workspace, "seen", photo_set.id, 2 * MB)
    with Cache(workspace.cache_folder).file(
        key_of("seen", "other"), lambda path: path.write_bytes(bytes(MB)) and None, MB
    ) as used:
        app = open_tab(open_page("photos"), tabs.KEEP)
        app.button(key="photos_clear_kept").click().run()
        assert not app.exception
        assert not gone.exists()
        assert used.path.exists(), "a training at work uses it"
    assert bar(app) == "**1.0 MB** of at most 11 GB"
    assert [toast.value for toast in app.toast] == ["2.0 MB are free again."]


def test_a_limit_that_is_no_number_is_a_sentence(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", "plenty")
    app = open_tab(open_page("photos"), tabs.KEEP)
    assert not app.exception
    assert "PAWTUNE\\_CACHE\\_GIB" in app.error[0].value
