"""The phone beside the computer: scanned, photos into a class, an answer, and refused again."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from pipeline.wording import phone_text
from tests.browser.conftest import Server, Visitor
from tests.workspaces import jpeg

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
RED, BLUE = (200, 60, 40), (40, 60, 200)


def file(name: str, data: bytes) -> dict:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def switch_on(visitor: Visitor, path: str) -> str:
    """Open a page of the computer and switch it on; gives the address of the code."""
    page = visitor.go(path)
    page.get_by_role("button", name="On the phone").click()
    page.get_by_role("button", name="Switch on for one hour").click()
    expect(page.get_by_role("img", name="The code to scan with the phone")).to_be_visible()
    return page.locator(".st-key-phone_card").get_by_test_id("stCode").inner_text().strip()


def opened(visit: Callable[..., Visitor], address: str) -> Visitor:
    """The address on a phone."""
    visitor = visit(**PHONE)
    visitor.page.goto(address)
    return visitor


def sees_nothing_wrong(page: Page) -> None:
    """Ask axe about the page, and whether it fits."""
    # The page's policy lets no script of others in; what looks at it comes by another way.
    found = page.evaluate(f"{AXE_SCRIPT}; axe.run()")
    assert [one["id"] for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_photos_of_the_phone_appear_in_the_boxes(
    server: Server, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    address = switch_on(visitor, "/photos?new=1")
    assert address.endswith("/#photos")
    phone = opened(visit, address).page
    expect(phone.get_by_label("What do they show?")).to_have_value("1")
    expect(phone.get_by_text(phone_text.WAIT)).to_be_visible()
    sees_nothing_wrong(phone)

    take = phone.get_by_label("Take a photo").first
    expect(take).to_have_attribute("capture", "environment")
    expect(take).to_have_attribute("multiple", "")
    phone.get_by_label("What do they show?").select_option(label="Class 2")
    take.set_input_files(
        [file("one.jpg", jpeg(RED)), file("two.jpg", jpeg(BLUE)), file("note.jpg", b"no photo")]
    )
    expect(phone.get_by_text("3 received = 2 taken in + 1 rejected.")).to_be_visible()
    expect(phone.locator("#rejected")).to_contain_text("note.jpg: This is a text file")

    computer = visitor.page
    card = computer.locator(".st-key-new_set_card_2")
    expect(card.locator("section.strip li")).to_have_count(2)
    expect(computer.get_by_text("3 photos came")).to_be_visible()

    phone.close()  # it asks, in vain then, whether the app still listens
    computer.get_by_role("button", name="Switch off").click()
    expect(computer.get_by_role("button", name="Switch on for one hour")).to_be_visible()
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)


@pytest.fixture
def secure(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address at which browsers give the camera, as behind a proxy with https."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("PAWTUNE_PHONE_PORT", str(port))
    monkeypatch.setenv("PAWTUNE_PHONE_ADDRESS", f"http://localhost:{port}")
    return f"http://localhost:{port}/"


def test_behind_a_proxy_with_https_the_camera_answers_live(
    secure: str, trained: Server, visit: Callable[..., Visitor]
) -> None:
    address = switch_on(visit(), "/classify")
    assert address.startswith(secure)
    phone = opened(visit, address).page
    expect(phone.get_by_text(phone_text.WORDS["live_needs"])).to_be_hidden()
    phone.get_by_role("button", name="Live camera").click()
    expect(phone.locator("#bars li")).to_have_count(2)
    with phone.expect_response(lambda answer: answer.url.endswith("/ask/classify")) as again:
        pass  # the next frame
    assert again.value.json()["accepted"] == 1
    sees_nothing_wrong(phone)
    phone.get_by_role("button", name="Stop the camera").click()
    expect(phone.locator("video")).to_be_hidden()
    assert phone.evaluate("document.querySelector('video').srcObject === null")


def test_the_phone_asks_and_brings_to_a_set(trained: Server, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    address = switch_on(visitor, "/classify")
    on_phone = opened(visit, address)
    phone = on_phone.page
    expect(phone.get_by_text("“First colours” answers")).to_be_visible()
    is_secure = phone.evaluate("isSecureContext")
    expect(phone.get_by_text(phone_text.WORDS["live_needs"])).to_be_visible(visible=not is_secure)
    phone.locator("#ask_buttons_take").set_input_files(file("red.jpg", jpeg(RED, 5, 96)))
    expect(phone.locator("#name")).to_have_text(re.compile("red|Not sure|None of them"))
    expect(phone.locator("#bars li")).to_have_count(2)
    expect(phone.locator("#photo")).to_be_visible()
    sees_nothing_wrong(phone)
    phone.locator("#ask_buttons_choose").set_input_files(file("no.jpg", b"no photo"))
    expect(phone.get_by_role("alert")).to_contain_text("This is a text file")

    found = urlsplit(address)
    for path in ("/", "/photos", "/_stcore/health", "/api/v1/health", f"{found.path}api/v1/runs"):
        answer = requests.get(f"{found.scheme}://{found.netloc}{path}", timeout=5)
        assert (answer.status_code, answer.json()) == (404, {"error": phone_text.OVER})

    visitor.go("/photos")
    phone.get_by_role("button", name="Photos", exact=True).click()
    expect(phone.get_by_text("They join the photo set “Colours” at once.")).to_be_visible()
    phone.get_by_label("What do they show?").select_option(label="red")
    phone.locator("#photo_buttons_choose").set_input_files(
        [file("image.jpg", jpeg(RED, 77, 96)), file("image.jpg", jpeg(RED, 78, 96))]
    )
    expect(phone.get_by_text("2 received = 2 taken in + 0 rejected.")).to_be_visible()
    expect(visitor.page.get_by_text("62 photos").first).to_be_visible()

    visitor.page.get_by_role("button", name="Switch off").click()
    expect(phone.get_by_role("alert")).to_contain_text("Is the phone still in the computer")
    # The browser itself says that nobody answers any more.
    refused = [line for line in on_phone.complaints if "ERR_CONNECTION_REFUSED" in line]
    assert refused
    assert on_phone.complaints == refused
    on_phone.complaints.clear()
