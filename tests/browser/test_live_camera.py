"""The camera on Classify answers live: Chromium's pretended one plays a clip of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from pipeline.classify.answer import called
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.photos.sources.drawn import paint
from pipeline.settings.environment import EXAMPLE
from tests.browser.conftest import Server, Visitor, launch
from tests.live_clip import SIZE, write_clip
from tests.non_pets import chart
from tests.workspaces import wait_for

Visit = Callable[..., Visitor]
SEGMENT_S = 3.0
ELSEWHERE = "pawtune.test"  # a name that a browser does not take for this computer
SHORT_MS = 500  # what is seen between two things, while one frame follows the other
# What every page remembers for these tests: tracks of the camera, and how often it was asked for.
REMEMBERS = """(() => {
  if (!navigator.mediaDevices) return
  window.tracks = []
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted)
    window.tracks.push(...stream.getTracks())
    return stream
  }
})()"""
# Writes down which answer stood there from when on.
WATCH = """(name) => {
  window.seen = []
  const note = () => {
    const text = name.textContent
    if (text && text !== window.seen.at(-1)?.[0]) window.seen.push([text, performance.now()])
  }
  new MutationObserver(note).observe(name, { childList: true, characterData: true, subtree: true })
  note()
}"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn cat, a drawn dog and a chart, such as the example is sure of in Python."""
    example = Classifier(read_bundle(EXAMPLE / "bundle"))
    side = example.image_size_px

    def first(some: Iterable[Image.Image], what: str) -> Image.Image:
        for picture in some:
            seen = picture.convert("RGB").resize(SIZE).resize((side, side))
            (answer,) = example.answers(np.asarray(seen)[np.newaxis])
            assert answer.strangeness is not None
            is_far = abs(answer.strangeness - 1) > 0.1 and answer.probability > 0.9
            if called(answer, 0.7) == what and (is_far or answer.is_neither):
                return picture
        raise AssertionError(f"the example calls nothing {what}")

    drawn = {
        "Cat": (paint("cat", seed, 240) for seed in range(20)),
        "Dog": (paint("dog", seed, 240) for seed in range(20)),
        "None of them": (
            Image.fromarray(chart(np.random.default_rng(seed), 240)) for seed in range(20)
        ),
    }
    shown = [first(some, what) for what, some in drawn.items()]
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.y4m", shown, SEGMENT_S)


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str, clip: Path) -> Iterator[Browser]:
    """Asks for permissions, as a real one does: what is not granted is refused."""
    played = f"--use-file-for-fake-video-capture={clip}"
    browser = launch(
        playwright, chromium, played, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"
    )
    yield browser
    browser.close()


def opened(visit: Visit, **options: object) -> Page:
    """The Classify page with its camera on."""
    visitor = visit(**{"permissions": ["camera"], **options})
    visitor.page.add_init_script(REMEMBERS)
    page = visitor.go("/classify")
    page.get_by_text("Use the camera").click()
    return page


def live(page: Page) -> Locator:
    return page.locator(".st-key-classify_live .live")


def answers_by_itself(page: Page) -> None:
    expect(page.locator(".live[data-mode=browser]")).to_be_visible()
    expect(page.locator(".live .note[data-rate]")).to_be_visible()


def test_each_thing_gets_its_answer_while_it_is_in_sight(
    engine_at_home: Path, server: Server, visit: Visit
) -> None:
    page = opened(visit)
    answers_by_itself(page)
    page.locator(".live .name").evaluate(WATCH)
    wait_for(lambda: len(steady(page)) > 6, "two rounds of the clip", 60)
    names = [name for name, _ in steady(page)]
    order = ["Cat", "Dog", "None of them"]
    assert set(names) == set(order)
    assert all(order.index(two) == (order.index(one) + 1) % 3 for one, two in pairwise(names))
    rate = page.locator(".live .note").get_attribute("data-rate")
    print(f"\nframes answered a second: {rate}")
    expect(page.locator("#pawtune_said")).to_contain_text("None of them.")


def steady(page: Page) -> list[tuple[str, float]]:
    """The answers that stayed: each, and for how many milliseconds; the last may still go on."""
    seen = page.evaluate("[...window.seen, ['', performance.now()]]")
    lasted = [(one[0], two[1] - one[1]) for one, two in pairwise(seen)]
    return [one for one in lasted if one[1] > SHORT_MS][1:]


def test_where_it_looks_moves_with_the_picture(
    engine_at_home: Path, server: Server, visit: Visit
) -> None:
    page = opened(visit)
    answers_by_itself(page)
    page.get_by_role("button", name="Show where it looks").click()
    painted: set[str] = set()
    for name in ("Cat", "Dog"):
        expect(page.locator(".live .name")).to_have_text(name)
        painted.add(page.locator(".live .stage canvas").evaluate("one => one.toDataURL()"))
    blank = "one => { const other = new OffscreenCanvas(1, 1); return one.width * one.height }"
    assert page.locator(".live .stage canvas").evaluate(blank) > 1000
    assert len(painted) == 2
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Show where it looks").click()
    clear = (
        "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.every(n => !n)"
    )
    assert page.locator(".live .stage canvas").evaluate(clear)


def test_a_frame_becomes_a_photo_and_the_camera_goes_on(
    engine_at_home: Path, server: Server, visit: Visit
) -> None:
    page = opened(visit)
    answers_by_itself(page)
    expect(page.locator(".live .name")).to_have_text("Cat")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Take this").click()
    expect(page.get_by_role("button", name="Clear 1 photo")).to_be_visible()
    expect(page.locator(".st-key-classify_large h2")).to_have_text("Cat")
    assert page.evaluate("window.tracks.map(one => one.readyState)") == ["live"]


def test_the_camera_ends_with_the_page_and_with_its_switch(
    engine_at_home: Path, server: Server, visit: Visit
) -> None:
    page = opened(visit)
    answers_by_itself(page)
    # Every one, for a page that is drawn anew meanwhile may have asked for the camera again.
    is_live = "window.tracks.some(one => one.readyState === 'live')"
    assert page.evaluate(is_live)
    page.get_by_text("Use the camera").click()
    wait_for(lambda: not page.evaluate(is_live), "the camera's end")
    expect(live(page)).to_have_count(0)
    page.get_by_text("Use the camera").click()
    answers_by_itself(page)
    assert page.evaluate(is_live)
    page.get_by_role("link", name="Explore").click()
    wait_for(lambda: not page.evaluate(is_live), "the camera's end")


def test_no_frame_leaves_the_browser(engine_at_home: Path, server: Server, visit: Visit) -> None:
    visitor = visit(permissions=["camera"])
    sent: list[int] = []
    visitor.page.on("request", lambda one: sent.append(len(one.post_data_buffer or b"")))
    visitor.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda told: sent.append(len(told)))
    )
    page = visitor.go("/classify")
    page.get_by_text("Use the camera").click()
    answers_by_itself(page)
    for name in ("Cat", "Dog"):
        expect(page.locator(".live .name")).to_have_text(name)
    assert sum(sent) < 20_000  # dozens of frames were seen, and one has more than that


def test_who_refuses_is_told_what_to_do(server: Server, visit: Visit) -> None:
    page = opened(visit, permissions=[])
    expect(live(page).get_by_role("alert")).to_contain_text("The browser may not see the camera.")
    page.context.grant_permissions(["camera"])
    live(page).get_by_role("button", name="Try again").click()
    expect(page.locator(".live video")).to_be_visible()


def test_a_camera_that_is_unplugged_is_said(
    engine_at_home: Path, server: Server, visit: Visit
) -> None:
    page = opened(visit)
    answers_by_itself(page)
    page.evaluate("window.tracks[0].dispatchEvent(new Event('ended'))")
    expect(live(page).get_by_role("alert")).to_contain_text("The camera is gone")


def test_without_the_engine_the_server_answers_and_says_so(server: Server, visit: Visit) -> None:
    page = opened(visit)
    expect(live(page)).to_have_attribute("data-mode", "server")
    expect(page.locator(".live .name")).to_have_text("Dog")
    expect(page.locator(".live .note")).to_contain_text("from the server")


def test_without_simd_the_server_answers_and_says_why(server: Server, visit: Visit) -> None:
    visitor = visit(permissions=["camera"])
    visitor.page.add_init_script("WebAssembly.validate = () => false")
    page = visitor.go("/classify")
    page.get_by_text("Use the camera").click()
    expect(live(page)).to_have_attribute("data-mode", "server")
    expect(page.locator(".live .name")).to_have_text("Dog")
    expect(page.locator(".live .note")).to_contain_text("WebAssembly's SIMD")


def test_without_https_it_says_where_there_is_a_camera(server: Server, visit: Visit) -> None:
    """The page comes from another computer, as far as the browser knows."""
    visitor = visit()
    visitor.page.goto(f"http://{ELSEWHERE}:{server.port}/classify")
    visitor.settle()
    page = visitor.page
    assert not page.evaluate("window.isSecureContext")
    page.get_by_text("Use the camera").click()
    expect(live(page).get_by_role("alert")).to_contain_text("put a proxy with https before it")
    expect(live(page).get_by_role("button", name="Try again")).to_be_hidden()
    visitor.complaints.clear()  # a network is not given out under that name, either


def test_of_several_cameras_one_is_chosen(
    engine_at_home: Path, server: Server, playwright: Playwright, chromium: str
) -> None:
    two = "--use-fake-device-for-media-stream=device-count=2"
    browser = launch(playwright, chromium, two, "--use-fake-ui-for-media-stream")
    try:
        context = browser.new_context()
        visitor = Visitor(context, context.new_page(), server)
        visitor.page.add_init_script(REMEMBERS)
        page = visitor.go("/classify")
        page.get_by_text("Use the camera").click()
        answers_by_itself(page)
        choice = page.get_by_label("Camera", exact=True)
        names = choice.locator("option").all_text_contents()
        assert len(set(names)) == 2
        (other,) = set(names) - {page.evaluate("window.tracks.at(-1).label")}
        choice.select_option(other)
        wait_for(lambda: page.evaluate("window.tracks.at(-1).label") == other, "the other camera")
        states = "window.tracks.map(one => one.readyState)"
        assert page.evaluate(states) == ["ended", "live"]
        answers_by_itself(page)
        expect(choice.locator("option:checked")).to_have_text(other)
    finally:
        browser.close()
