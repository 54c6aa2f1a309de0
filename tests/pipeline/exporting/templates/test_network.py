"""The program in a bundle: it sees photos as the app does, and is run with one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.exporting import odd_files
from pipeline.exporting.templates import network as taken_network
from pipeline.photos.decoding.decode import canonical, square
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE
from tests.inputs import colours, pictures, profiles
from tests.pipeline.exporting.conftest import export, made, unpacked

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    "picture",
    [
        *("large", "turned", "transparent", "grey", "16 bits", "small", "palette", "strip"),
        *("large P3", "P3", "grey of gamma 1", "12 bits", "code points", "HDR", "four inks"),
        *("HEIC", "HEIC in P3"),
    ],
)
def test_its_program_sees_any_photo_as_the_app_does(
    workspace: Workspace, run: Run, tmp_path: Path, picture: str
) -> None:
    photo = tmp_path / "photo.any"
    photo.write_bytes(drawn(picture))
    seen = square(canonical(photo.read_bytes()).jpeg, 96).astype(int)
    taken = taken_network.square(taken_network.upright(photo), 96).astype(int)
    # A photo that is turned is shrunk before or after: that can round a pixel the other way.
    assert np.abs(seen - taken).max() <= (3 if picture == "turned" else 0)
    unpacked(made(workspace, export(workspace, run, "bundle")), tmp_path / "taken")
    found = taken_network.Network(tmp_path / "taken").answer(photo)
    answer = Classifier(read_bundle(run.folder / BUNDLE)).classify(
        canonical(photo.read_bytes()).jpeg
    )
    assert found["class"] == answer.class_name
    assert found["probability"] == pytest.approx(answer.probability, abs=1e-3)
    assert found["neither"] is answer.is_neither


def drawn(picture: str) -> bytes:
    """A file as people have it."""
    from PIL import Image

    rng = np.random.default_rng(3)
    sides = {
        "large": (1400, 900),
        "large P3": (1400, 900),
        "turned": (900, 700),
        "small": (200, 150),
        "strip": (1500, 60),
    }
    width, height = sides.get(picture, (300, 260))
    cells = rng.integers(0, 256, (6, 8, 3), np.uint8)
    image = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    if picture == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        image.save(stream, "JPEG", quality=90, exif=exif)
    elif picture == "transparent":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
        image.save(stream, "PNG")
    elif picture == "grey":
        image.convert("L").save(stream, "JPEG")
    elif picture == "16 bits":
        values = np.asarray(image.convert("L")).astype(np.uint16) * 257
        Image.fromarray(values).save(stream, "PNG")
    elif picture in ("large P3", "P3"):
        profile = profiles.matrix(profiles.MEANINGS["P3"])
        image.save(stream, "JPEG", quality=95, icc_profile=profile)  # PawTune's own quality
    elif picture == "grey of gamma 1":
        image.convert("L").save(stream, "PNG", icc_profile=profiles.grey(1.0))
    elif picture == "12 bits":
        values = np.asarray(image).astype(np.uint16) * 16
        return pictures.png_16_bits(values)
    elif picture in ("code points", "HDR"):
        code = 16 if picture == "HDR" else 13
        return colours.with_code_points("AVIF", 12, code, np.asarray(image))
    elif picture == "four inks":
        image.convert("CMYK").save(stream, "JPEG", icc_profile=profiles.inks())
    elif picture.startswith("HEIC"):
        options = {"icc_profile": profiles.matrix(profiles.MEANINGS["P3"])}
        return colours.written(image, "HEIF", **(options if picture.endswith("P3") else {}))
    elif picture == "palette":
        image.quantize(32).save(stream, "PNG", transparency=3)
    else:
        image.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def test_its_program_is_run_with_one_photo(workspace: Workspace, run: Run, tmp_path: Path) -> None:
    unpacked(made(workspace, export(workspace, run, "bundle")), tmp_path / "taken")
    (tmp_path / "text.jpg").write_text("no photo")
    program = [sys.executable, str(tmp_path / "taken/predict.py")]

    def ask(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([*program, *arguments], capture_output=True, text=True, cwd=tmp_path)
        return done.returncode, done.stdout or done.stderr

    code, text = ask(str(tmp_path / "taken/photos/1.jpg"))
    assert code == 0
    assert len(text.splitlines()) == 1
    assert json.loads(text)["class"] in ("red", "blue")
    (tmp_path / "wide.png").write_bytes(odd_files.odd_files()[0])
    code, text = ask(str(tmp_path / "wide.png"))
    assert code == 0, "it stands alone"
    answer = Classifier(read_bundle(run.folder / BUNDLE)).classify(
        canonical(odd_files.odd_files()[0]).jpeg
    )
    assert json.loads(text)["probability"] == pytest.approx(answer.probability, abs=1e-4)
    code, text = ask(str(tmp_path / "text.jpg"))
    assert "no picture that is read here; save it as JPEG or PNG" in json.loads(text)["error"]
    for name in ("text.jpg", "none.jpg"):
        code, text = ask(str(tmp_path / name))
        assert code == 1
        assert name in json.loads(text)["error"]
    code, text = ask()
    assert code == 1
    assert "python predict.py PHOTO" in text
