"""The exported page in a real Chromium: from a plain host of files, without one, and from the disk.

The network is the one of the example; what it says is held against Python's answers.
"""

from __future__ import annotations

import functools
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.browser.details import details
from pipeline.classify.answer import Answer
from pipeline.classify.bundle import Bundle, read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.exporting import web_page
from pipeline.exporting.samples import samples
from pipeline.exporting.web_page import Parts
from pipeline.network.litert_outputs import answer_first
from pipeline.photos.decoding import decode
from pipeline.photos.sources.drawn import paint
from pipeline.progress import silent
from pipeline.settings.environment import EXAMPLE
from pipeline.settings.hyperparameters import ANSWER
from tests.browser.test_access import too_wide, violations
from tests.conftest import REPOSITORY, SHARED
from tests.non_pets import chart

PHOTOS: Final = 100
LIMIT: Final = 1e-4  # of a probability, for the same pixels
# Python decodes a large JPEG at a fraction, a browser in full.
DECODING_LIMIT: Final = 0.1
ASK: Final = """async ({ squares, jpegs, side }) => {
  const { loadNetwork } = await import("./code/network.js")
  const { answerOf } = await import("./code/answer.js")
  const { parts } = await import("./code/parts.js")
  const found = await parts()
  const network = await loadNetwork(found)
  const shares = async (source) => {
    const { logits, pooled } = await network.ask(source)
    return answerOf(logits, pooled, found.details).shares
  }
  const read = async (name) => (await fetch(name)).arrayBuffer()
  const pixels = new Uint8ClampedArray(await read(squares))
  const same = [], decoded = []
  for (let at = 0; at < pixels.length; at += 4 * side * side) {
    same.push(await shares(new ImageData(pixels.slice(at, at + 4 * side * side), side, side)))
  }
  for (const name of jpegs) {
    decoded.push(await shares(await createImageBitmap(new Blob([await read(name)]))))
  }
  return { same, decoded }
}"""


# How many addresses the page made for what is inside it, and let go of again.
COUNTS: Final = """(() => {
  window.made = window.released = 0
  const { createObjectURL, revokeObjectURL } = URL
  URL.createObjectURL = (one) => (window.made++, createObjectURL.call(URL, one))
  URL.revokeObjectURL = (one) => (window.released++, revokeObjectURL.call(URL, one))
})()"""


class Host:
    """A plain host of files, which can go away."""

    def __init__(self, folder: Path) -> None:
        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

        handler = functools.partial(Quiet, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


@pytest.fixture
def bundle() -> Bundle:
    return read_bundle(EXAMPLE / "bundle")


@pytest.fixture
def parts(bundle: Bundle, engine_at_home: Path) -> Parts:
    told = details(bundle, ANSWER["sure_from"].default)
    model = answer_first(bundle.model())
    return Parts("Cats and dogs", model, told, "# Cats and dogs", web_page.fetched(silent))


@pytest.fixture
def site(parts: Parts, tmp_path: Path) -> Path:
    """The unpacked zip, in a folder below the host's own: addresses are relative."""
    for name, data in web_page.folder(parts).items():
        path = tmp_path / "host" / "pets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "host" / "pets"


@pytest.fixture
def host(site: Path) -> Iterator[Host]:
    host = Host(site.parent)
    yield host
    host.stop()


class Guest:
    """Somebody who opens the page, and what their browser asked for and complained about."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1000, "height": 800}, permissions=["camera"], **options
        )
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.addresses.append(request.url))
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = self.context.new_page()

    def ask(self, name: str, picture: Image.Image, answer: str) -> None:
        file = {"name": name, "mimeType": "image/jpeg", "buffer": encoded(picture)}
        expect(self.page.locator("#ways")).to_be_visible()  # before, nobody listens
        self.page.locator("#choose").set_input_files(files=[file])
        expect(self.page.locator("#answer")).to_have_text(answer)

    def foreign(self, *own: str) -> list[str]:
        return [one for one in self.addresses if not one.startswith((*own, "blob:", "data:"))]


@pytest.fixture
def guest(browser: Browser) -> Iterator[Any]:
    """Makes guests; each must have met no error."""
    guests: list[Guest] = []

    def make(**options: Any) -> Guest:
        guests.append(Guest(browser, **options))
        return guests[-1]

    yield make
    for one in guests:
        one.context.close()
    assert [line for one in guests for line in one.complaints] == []


@pytest.fixture
def pets(bundle: Bundle) -> dict[str, Image.Image]:
    """A drawn cat and a drawn dog that Python is sure of, by their classes, and a chart."""
    classifier, found = Classifier(bundle), {"chart": a_chart()}
    for seed in range(40):
        for kind, name in (("cat", "Cat"), ("dog", "Dog")):
            picture = paint(kind, seed, 384)
            answer = classifier.classify(decode.canonical(encoded(picture)).jpeg)
            if answer.class_name == name and answer.probability > 0.9 and not is_strange(answer):
                found.setdefault(name, picture)
        if len(found) == 3:
            return found
    raise AssertionError("The example knows no drawn pet.")


def is_strange(answer: Answer) -> bool:
    return answer.strangeness is None or answer.strangeness > 0.95


def encoded(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=92)
    return stream.getvalue()


def a_chart() -> Image.Image:
    return Image.fromarray(chart(np.random.default_rng(3), 400))


def test_a_page_answers_from_any_host_and_without_one(
    guest: Any, host: Host, pets: dict[str, Image.Image]
) -> None:
    """In German: a photo, where it looks, what is none of them, the camera; then no host."""
    one = guest(locale="de-AT")
    page = one.page
    page.goto(f"{host.url}pets/")
    one.ask("Katze.jpg", pets["Cat"], "Cat")
    expect(page.get_by_text("Es kennt Cat und Dog.")).to_be_visible()
    page.get_by_role("switch", name="Zeigen, wohin es schaut").check()
    heat = page.locator("#heat")
    expect(heat).to_be_visible()
    colours = "one => new Set(one.getContext('2d').getImageData(0, 0, 256, 256).data).size"
    assert heat.evaluate(colours) > 50
    photo, painted = page.locator("#photo").bounding_box(), heat.bounding_box()
    assert photo and painted
    assert all(abs(photo[name] - painted[name]) < 1 for name in photo)
    one.ask("Diagramm.jpg", pets["chart"], "Nichts davon")
    found = []
    for scheme in ("light", "dark"):
        for width in (1000, 400):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            found += [
                f"{scheme}, {width}: {line}" for line in violations(page, set()) + too_wide(page)
            ]
    assert not found

    page.get_by_role("button", name="Kamera benutzen").click()
    expect(page.locator("#video")).to_be_visible()
    expect(page.locator("#heat")).to_be_visible()
    page.get_by_role("button", name="Kamera ausschalten").click()
    assert page.evaluate("document.getElementById('video').srcObject") is None

    expect(page.get_by_text("Auf diesem Gerät gespeichert")).to_be_visible()
    host.stop()
    page.reload()
    one.ask("Hund.jpg", pets["Dog"], "Dog")
    assert page.locator("html").get_attribute("lang") == "de"
    assert not one.foreign(host.url)


@pytest.mark.parametrize(
    ("locale", "language", "word"), [("zh-TW", "zh", "选择照片"), ("fr", "en", "Choose a photo")]
)
def test_the_language_is_the_browsers(
    guest: Any, host: Host, locale: str, language: str, word: str
) -> None:
    page = guest(locale=locale).page
    page.goto(f"{host.url}pets/")
    expect(page.get_by_text(word)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language


def test_one_file_answers_from_the_disk(
    guest: Any, parts: Parts, pets: dict[str, Image.Image], tmp_path: Path
) -> None:
    path = tmp_path / "one.html"
    path.write_bytes(web_page.one_file(parts))
    assert path.stat().st_size < 20e6
    one = guest(locale="en-GB")
    one.page.add_init_script(COUNTS)
    one.page.goto(path.as_uri())
    one.ask("cat.jpg", pets["Cat"], "Cat")
    # Ten megabytes of engine are held for as long as they have an address.
    assert one.page.evaluate("[window.made, window.released]") == [3, 3]
    one.ask("chart.jpg", pets["chart"], "None of them")
    one.page.locator("#choose").set_input_files(
        files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}]
    )
    expect(one.page.locator("#state")).to_contain_text("cannot read that file")
    assert not violations(one.page, set())
    assert not one.foreign(path.as_uri())


def test_a_browser_without_simd_is_told_so(guest: Any, host: Host) -> None:
    one = guest(locale="en-GB")
    one.page.add_init_script("WebAssembly.validate = () => false")
    one.page.goto(f"{host.url}pets/")
    expect(one.page.locator("#state")).to_have_text(web_page.texts()["en"]["too_old"])
    expect(one.page.locator("#ways")).to_be_hidden()
    assert not violations(one.page, set())


def test_a_request_to_somebody_else_is_refused_and_seen(guest: Any, host: Host) -> None:
    """The test of the test: what `foreign` looks for would be found."""
    one = guest()
    one.page.goto(f"{host.url}pets/")
    refused = "address => fetch(address).then(() => false, () => true)"
    assert one.page.evaluate(refused, "http://127.0.0.2:9/elsewhere")
    assert one.page.evaluate("document.title") == "Cats and dogs"
    one.addresses.append("http://127.0.0.2:9/elsewhere")
    assert one.foreign(host.url) == ["http://127.0.0.2:9/elsewhere"]


def test_the_icons_are_the_paw(browser: Browser) -> None:
    drawing = (REPOSITORY / "pages/ui/paw.svg").read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": 512, "height": 512})
    for name, svg in (("512", drawing), ("full", drawing.replace('rx="13"', 'rx="0"'))):
        style = "body { margin: 0 } svg { display: block; width: 100%; height: 100% }"
        page.set_content(f"<style>{style}</style>{svg}")
        drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
        kept = Image.open(web_page._OURS / f"icons/{name}.png").convert("RGBA")
        apart = np.abs(np.asarray(drawn, np.float32) - np.asarray(kept, np.float32))
        assert apart.mean() < 2
    page.close()


def photos() -> tuple[bytes, ...]:
    """Canonical photos: real ones where they are at hand, drawn ones elsewhere."""
    real = SHARED / "photos" / "cats_and_dogs_filtered.zip"
    if not real.is_file():
        return samples(None, 160).jpegs[:PHOTOS]
    with zipfile.ZipFile(real) as archive:
        names = sorted(name for name in archive.namelist() if "validation" in name)
        names = [name for name in names if name.endswith(".jpg")]
        chosen = names[:: len(names) // PHOTOS][:PHOTOS]
        return tuple(decode.canonical(archive.read(name)).jpeg for name in chosen)


def test_the_page_says_what_python_says(guest: Any, host: Host, site: Path, bundle: Bundle) -> None:
    jpegs, side = photos(), bundle.image_size_px
    squares = np.stack([decode.square(jpeg, side) for jpeg in jpegs])
    expected = Classifier(bundle).probabilities(squares)
    opaque = np.full((*squares.shape[:3], 1), 255, np.uint8)
    (site / "squares.bin").write_bytes(np.concatenate([squares, opaque], axis=3).tobytes())
    names = [f"{number}.jpg" for number in range(len(jpegs))]
    for name, jpeg in zip(names, jpegs, strict=True):
        (site / name).write_bytes(jpeg)
    page = guest().page
    page.goto(f"{host.url}pets/LICENSE.txt")  # from there, modules are asked as the page asks them
    told = {"squares": "squares.bin", "jpegs": names, "side": side}
    found = page.evaluate(ASK, told)
    same = float(np.abs(np.array(found["same"]) - expected).max())
    decoded = float(np.abs(np.array(found["decoded"]) - expected).max())
    print(f"{len(jpegs)} photos: the same pixels {same:.7f}, decoded by the browser {decoded:.7f}")
    assert same <= LIMIT
    assert decoded <= DECODING_LIMIT
