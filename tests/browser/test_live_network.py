"""Networks in a browser: the same numbers as in Python, to a ten thousandth."""

from __future__ import annotations

import base64
import functools
import io
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from pipeline.browser import engine
from pipeline.browser.details import details
from pipeline.classify.answer import gives_name
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.network.litert_runner import FEATURE_MAP, LOGITS, POOLED, LitertNetwork
from pipeline.photos.sources.drawn import paint
from pipeline.settings.environment import EXAMPLE
from tests.conftest import REPOSITORY

SCRIPTS = REPOSITORY / "pipeline/browser"
CLOSE = 1e-4
PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script type=module>
import { loadNetwork, canAsk } from "./network.js"
import { pixelsOf, keptOf, squareOf } from "./photo.js"
import { answerOf } from "./answer.js"
import { heatOf } from "./heat.js"
import { kernelOf } from "./numbers.js"
const details = await (await fetch("details.json")).json()
const modelBytes = await (await fetch("model.tflite")).arrayBuffer()
const network = await loadNetwork({ engineUrl: "engine/", modelBytes, details })
const picture = async (base64) => {
  const answer = await fetch(`data:image/png;base64,${base64}`)
  return createImageBitmap(await answer.blob())
}
window.ask = async (base64) => {
  const { logits, pooled, map } = await network.ask(await picture(base64))
  const answer = answerOf(logits, pooled, details)
  const heat = heatOf(map, kernelOf(details), answer.classIndex)
  return { logits: [...logits], pooled: [...pooled], map: [...map], heat: [...heat], answer }
}
window.several = async (some) => {
  const asked = await Promise.all(some.map(async (one) => network.ask(await picture(one))))
  return asked.map((one) => [...one.logits])
}
window.square = async (base64, side) => [...squareOf(await picture(base64), side)]
window.kept = async (base64) => {
  const { data, width, height } = keptOf(pixelsOf(await picture(base64)))
  return { data: [...data], width, height }
}
window.ready = canAsk()
</script>"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, litert_js: Path) -> Iterator[str]:
    """A plain static server with the scripts, the engine and the example's network."""
    folder = tmp_path_factory.mktemp("static")
    for script in SCRIPTS.glob("*.js"):
        (folder / script.name).write_bytes(script.read_bytes())
    (folder / "engine").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "folder", lambda: litert_js)
        for name in engine.PARTS:
            (folder / "engine" / name).write_bytes(engine.content(name))
    bundle = read_bundle(EXAMPLE / "bundle")
    (folder / "model.tflite").write_bytes(bundle.model())
    (folder / "details.json").write_text(json.dumps(details(bundle, 0.7)), encoding="utf-8")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(served)
    page.wait_for_function("window.ready !== undefined")
    assert page.evaluate("window.ready")
    yield page
    context.close()
    assert not complaints


def png(pixels: np.ndarray) -> str:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def noise(height: int, width: int) -> np.ndarray:
    """`(height, width, 3)` uint8: a picture with every kind of edge."""
    random = np.random.default_rng(height * width)
    small = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    smooth = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float64)
    return np.clip(smooth + random.normal(0, 20, smooth.shape), 0, 255).astype(np.uint8)


def pets(side: int) -> list[np.ndarray]:
    """Drawn cats and dogs as the network gets them, `(S, S, 3)` uint8."""
    found = [paint(kind, seed, side) for seed in range(3) for kind in ("cat", "dog")]
    return [np.asarray(one) for one in found]


def test_logits_features_and_map_are_those_of_python(page: Page) -> None:
    bundle = read_bundle(EXAMPLE / "bundle")
    network, classifier = LitertNetwork(bundle.model()), Classifier(bundle)
    side = bundle.image_size_px
    most: dict[str, float] = {}
    for square in [*pets(side), noise(side, side)]:
        said: dict[str, Any] = page.evaluate("ask", png(square))
        found = network.run(square[np.newaxis], [LOGITS, POOLED, FEATURE_MAP])
        answer = classifier.answers(square[np.newaxis])[0]
        heat = classifier.heat(square, classifier.classes.index(answer.class_name))
        wanted = dict(zip(("logits", "pooled", "map"), found, strict=True)) | {"heat": heat}
        for name, numbers in wanted.items():
            away = float(np.abs(np.ravel(numbers) - np.array(said[name])).max())
            most[name] = max(most.get(name, 0.0), away)
        told = said["answer"]
        assert told["label"] == answer.class_name
        assert told["shares"] == pytest.approx(list(answer.probabilities.values()), abs=CLOSE)
        assert told["strangeness"] == pytest.approx(answer.strangeness, abs=CLOSE)
        assert told["isNone"] == answer.is_neither
        assert told["isSure"] == gives_name(answer, 0.7)
    print(f"\nlargest differences from Python: {most}")
    assert max(most.values()) < CLOSE


def test_asked_at_once_each_gets_its_own_answer(page: Page) -> None:
    bundle = read_bundle(EXAMPLE / "bundle")
    squares = pets(bundle.image_size_px)
    (wanted,) = LitertNetwork(bundle.model()).run(np.stack(squares), [LOGITS])
    said = page.evaluate("several", [png(square) for square in squares])
    assert np.abs(np.array(said) - wanted).max() < CLOSE


@pytest.mark.parametrize("shape", [(480, 640), (240, 320), (96, 96), (50, 300), (33, 70)])
def test_a_square_is_pillows_to_the_last_bit(page: Page, shape: tuple[int, int]) -> None:
    photo = Image.fromarray(noise(*shape))
    scale = min(1.0, 512 / max(photo.size))
    kept = photo.resize(
        (round(photo.width * scale), round(photo.height * scale)),
        Image.Resampling.LANCZOS,
        reducing_gap=2.0,
    )
    wanted = np.asarray(kept.resize((96, 96), Image.Resampling.BILINEAR))
    said = np.array(page.evaluate("([one, side]) => square(one, side)", [png(noise(*shape)), 96]))
    assert np.array_equal(said.reshape(96, 96, 3), wanted)


def test_a_large_photo_is_kept_as_pillow_keeps_it(page: Page) -> None:
    photo = noise(1500, 2301)
    scale = 512 / 2301
    wanted = Image.fromarray(photo).resize(
        (512, round(1500 * scale)), Image.Resampling.LANCZOS, reducing_gap=2.0
    )
    said = page.evaluate("kept", png(photo))
    assert (said["width"], said["height"]) == wanted.size
    found = np.array(said["data"]).reshape(said["height"], said["width"], 4)[..., :3]
    assert np.abs(found - np.asarray(wanted, np.int64)).max() <= 1
