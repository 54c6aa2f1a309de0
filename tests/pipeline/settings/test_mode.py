"""The two modes: which one it is, what each allows, and that it is asked when it is needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.classify.stream import from_path
from pipeline.errors import PhotoError, PhotoSetError, SettingError, SourceError
from pipeline.photos.class_edits import AddClass
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.manifest import Manifest
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.arranging import arrange
from pipeline.photos.sources.folder import open_folder
from pipeline.progress import silent
from pipeline.settings import mode
from pipeline.settings.environment import workspace_home
from pipeline.settings.limits import LIMITS, Limits
from pipeline.wording.limits_text import describe
from tests.file_sets import make_zip
from tests.workspaces import class_folders, jpeg

OF_A_REQUEST = ("asked_bytes", "request_bytes", "photos_per_request")  # not of a visitor
QUOTAS = [
    field.name
    for field in dataclasses.fields(mode.Mode)
    if field.name not in ("name", "limits", "paths_as_sources", "backups", *OF_A_REQUEST)
]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A demo with limits of the test's own."""

    def choose(**limits: int) -> None:
        small = dataclasses.replace(mode.DEMO, limits=dataclasses.replace(LIMITS, **limits))
        monkeypatch.setattr(mode, "DEMO", small)
        monkeypatch.setenv("PAWTUNE_MODE", "demo")

    return choose


@pytest.mark.parametrize(
    ("chosen", "name"), [(None, "local"), ("", "local"), ("local", "local"), (" demo ", "demo")]
)
def test_the_environment_chooses(monkeypatch, chosen: str | None, name: str) -> None:
    if chosen is not None:
        monkeypatch.setenv("PAWTUNE_MODE", chosen)
    assert mode.current().name == name
    assert mode.is_demo() == (name == "demo")


def test_anything_else_is_a_sentence_that_names_both(monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "public")
    with pytest.raises(SettingError) as caught:
        mode.current()
    for part in ("local", "demo", "PAWTUNE_MODE", "Received: 'public'."):
        assert part in str(caught.value)


def test_local_has_no_quotas_and_the_usual_limits() -> None:
    assert mode.LOCAL.limits == LIMITS
    assert all(getattr(mode.LOCAL, name) is None for name in QUOTAS)
    assert mode.LOCAL.paths_as_sources
    assert mode.LOCAL.backups
    assert describe(mode.LOCAL) == ()


def test_the_demo_limits_everything_and_says_so() -> None:
    assert all(getattr(mode.DEMO, name) > 0 for name in QUOTAS)
    assert not mode.DEMO.paths_as_sources
    assert not mode.DEMO.backups
    sentences = describe(mode.DEMO)
    assert len(sentences) == len(QUOTAS)
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    said = " ".join(sentences)
    for part in ("5 photo sets", "4,000 photos", "400 MB", "20 GB", "10 minutes", "24 hours"):
        assert part in said


def test_no_limit_of_the_demo_is_larger() -> None:
    for name in OF_A_REQUEST:
        assert getattr(mode.DEMO, name) < getattr(mode.LOCAL, name), name
    for field in dataclasses.fields(Limits):
        demo, local = (getattr(one.limits, field.name) for one in (mode.DEMO, mode.LOCAL))
        assert demo <= local, field.name


def test_a_demo_never_opens_the_workspace_of_its_owner_by_itself(monkeypatch) -> None:
    monkeypatch.delenv("PAWTUNE_HOME")
    own = workspace_home()
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    assert (own.name, workspace_home().name) == (".pawtune", ".pawtune-demo")
    monkeypatch.setenv("PAWTUNE_HOME", "/srv/demo")
    assert workspace_home() == Path("/srv/demo")


# === The limits of the mode hold where nobody passes any ===


def test_the_decoder_asks_the_mode(tiny) -> None:
    tiny(file_bytes=10)
    with Decoder(1) as decoder, pytest.raises(PhotoError):
        decoder.canonical("a.jpg", jpeg((1, 2, 3)))


def test_zips_and_folders_ask_the_mode(tiny, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos", photos=3)
    path = make_zip(tmp_path / "photos.zip", {f"a/{n}.jpg": jpeg((n, 2, 3)) for n in range(4)})
    tiny(zip_entries=3)
    with pytest.raises(SourceError), open_archive(path):
        pass
    tiny(classes=1)
    with pytest.raises(SourceError, match="1 are the most"):
        open_folder(folder, silent)
    with pytest.raises(SourceError, match="1 are the most"):
        arrange([("a", "1.jpg"), ("b", "2.jpg")], "It")


def test_editing_and_answering_ask_the_mode(tiny, tmp_path: Path) -> None:
    tiny(classes=2, file_bytes=10)
    with pytest.raises(PhotoSetError, match="at most 2 classes"):
        AddClass("c").apply(Manifest.ordered(["a", "b"], [], 0))
    (tmp_path / "a.jpg").write_bytes(jpeg((1, 2, 3)))
    with pytest.raises(PhotoError, match="larger"):
        from_path(tmp_path / "a.jpg").read()
