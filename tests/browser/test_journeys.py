"""What people do with PawTune, done by a real browser on a real server."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from playwright.sync_api import Page, expect

from pipeline.jobs.queue import Jobs
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, choose
from tests.workspaces import jpeg, wait_for

IDLE = "[data-testid='stApp'][data-test-script-state='notRunning']"
TRAINING_MS = 240_000  # a small training, TensorFlow's start included, on a busy machine


def press(page: Page, setting: str, *keys: str) -> None:
    """Move a slider of the Train page and wait until the page has taken it."""
    slider = page.locator(f".st-key-train_{setting}").get_by_role("slider")
    for key in keys:
        before = slider.input_value()
        slider.press(key)
        expect(slider).not_to_have_value(before)
    expect(page.locator(IDLE)).to_be_visible()


def quick_settings(page: Page, long: bool = False) -> None:
    """The smallest network, from nothing: what needs no download.

    Where it shall last, all of it learns for a hundred epochs: frozen layers cost next to nothing.
    """
    page.get_by_text("More settings").click()
    press(page, "image_size_px", "Home")
    press(page, "alpha", "Home")
    press(page, "epochs", "Home")
    if long:
        press(page, "fine_tune_epochs", "End")
        strip = page.get_by_role("slider", name="Fine-tune from layer")
        strip.press("Home")
        expect(page.get_by_role("textbox", name="Fine-tune from layer")).to_have_value("0")
    else:
        press(page, "fine_tune_epochs", "Home", "ArrowRight")
    box = page.locator(".st-key-train_weights").get_by_role("combobox")
    choose(box, "none")
    expect(page.get_by_text("no useful features yet")).to_be_visible()
    expect(page.locator(IDLE)).to_be_visible()


def newest_run(home: Path) -> Run:
    return Runs(open_workspace(home)).list()[0]


def test_from_the_first_start_to_a_trained_network(visit, server: Server, own_home: Path) -> None:
    visitor = visit()
    page = visitor.go("/")
    expect(page.get_by_role("heading", name="Teach a network your photos")).to_be_visible()
    workspace = open_workspace(own_home)
    wait_for(lambda: PhotoSets(workspace).list() != (), "the drawn pets", 120)

    page = visitor.go("/photos")
    expect(page.get_by_text("800 files received = 800 in the set + 0 rejected")).to_be_visible()
    expect(page.locator(".photos li img").first).to_be_visible()

    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    quick_settings(page)
    page.get_by_role("button", name="Start training").click()
    expect(page.locator(".live .phase").first).to_be_attached(timeout=TRAINING_MS)
    expect(page.get_by_text("were predicted correctly (").first).to_be_visible(timeout=TRAINING_MS)

    run = newest_run(own_home)
    assert (run.state, len(run.epochs), run.test["photos"]) == ("done", 2, 160)
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_text(run.name).first).to_be_visible()
    visitor.settle()

    page.get_by_role("link", name="Classify", exact=True).click()
    page.locator("input[type=file]").first.set_input_files(
        files=[{"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": jpeg((200, 120, 40))}]
    )
    expect(page.get_by_text("mine.jpg").last).to_be_visible()
    names = ("Cat", "Dog", "None of them", "Not sure")  # two epochs from nothing teach little
    answer = page.get_by_role("heading", name=re.compile("|".join(names)))
    expect(answer).to_be_visible()
    assert examine(workspace)["healthy"]


def test_a_training_outlives_refresh_and_server(visit, server: Server, own_home: Path) -> None:
    visitor = visit()
    visitor.go("/")
    workspace = open_workspace(own_home)
    wait_for(lambda: PhotoSets(workspace).list() != (), "the drawn pets", 120)
    page = visitor.go("/train")
    quick_settings(page, long=True)
    page.get_by_role("button", name="Start training").click()
    stop = page.get_by_role("button", name="Stop and keep the best")
    expect(stop).to_be_visible(timeout=TRAINING_MS)
    run = newest_run(own_home)
    assert f"run={run.id}" in page.url

    page.reload()
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()

    visitor.context.close()
    server.stop(signal.SIGKILL)
    server.start()
    other = visit()
    page = other.go("/train")  # no address of the run: it is found because it works
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    wait_for(lambda: len(newest_run(own_home).epochs) >= 2, "two epochs", 240)
    page.get_by_role("button", name="Stop and keep the best").click()
    expect(page.get_by_text("were predicted correctly (").first).to_be_visible(timeout=TRAINING_MS)
    stopped = newest_run(own_home)
    assert stopped.state == "stopped"
    assert stopped.can_answer
    assert 2 <= len(stopped.epochs) < 100
    assert examine(workspace)["healthy"]


def test_a_deep_link_on_a_fresh_server(visit) -> None:
    page = visit().go("/train")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Classify", exact=True)).to_be_visible()
    expect(page.get_by_text("no photo set yet")).to_be_visible()


def test_classify_answers_and_refuses(trained: Server, visit) -> None:
    page = visit().go("/classify")
    page.locator("input[type=file]").first.set_input_files(
        files=[
            {"name": "red.png", "mimeType": "image/png", "buffer": jpeg((220, 40, 40))},
            {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Dear diary, no picture."},
        ]
    )
    refusal = page.locator(".st-key-classify_refused").get_by_text("notes.jpg")
    answer = page.get_by_role("heading", name=re.compile("^(blue|red|Not sure)$"))
    expect(answer).to_be_visible()
    expect(page.locator(".st-key-classify_refused")).to_contain_text("This is a text file")
    expect(page.get_by_text("Traceback")).to_have_count(0)
    # Picture and answer in one look, on any screen: they stay when one has been elsewhere.
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    page.get_by_role("link", name="Classify", exact=True).click()
    picture = page.get_by_role("img", name=re.compile("^red.png, predicted"))
    bar = page.get_by_test_id("stProgress").first
    for width, height, scheme in ((1440, 900, "light"), (1280, 800, "dark"), (400, 850, "light")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        expect(answer).to_be_visible()
        for one in (refusal, picture, answer, bar):
            expect(one).to_be_in_viewport(ratio=1)


def test_two_browsers_see_their_own_and_the_shared(trained: Server, visit, own_home: Path) -> None:
    first, second = visit(), visit()
    for visitor in (first, second):
        page = visitor.go("/train")
        quick_settings(page, long=True)
    runs = [newest_run(own_home).id]
    for visitor in (first, second):
        page = visitor.page
        page.get_by_role("button", name="Start training").click()
        # The address may name the run of the other browser before this one has its own.
        wait_for(lambda: newest_run(own_home).id not in runs, "the new run")
        runs.append(newest_run(own_home).id)
        page.wait_for_url(f"**/train?**run={runs[-1]}**")
    del runs[0]  # which was there before
    expect(first.page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    expect(second.page.get_by_text("Waiting for 1 job before it")).to_be_visible()
    second.page.get_by_role("button", name="Stop and keep the best").click()
    wait_for(lambda: newest_run(own_home).state == "stopped", "the queued training's end")
    jobs = Jobs(open_workspace(own_home))
    assert [job.run_id for job in jobs.active() if job.kind == "train"] == [runs[0]]
    for visitor in (first, second):
        page = visitor.go(f"/runs?run={runs[1]}")
        name = newest_run(own_home).name
        expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_without_a_network_a_download_says_so(visit, server: Server) -> None:
    visitor = visit()
    page = visitor.go("/photos")
    page.locator(".st-key-photos_tab").get_by_text("Add photos").click()
    page.locator(".st-key-photos_get_1").get_by_role("button").click()
    alert = page.get_by_test_id("stAlert").filter(has_text="onnect")
    expect(alert.first).to_be_visible(timeout=40_000)
    expect(page.get_by_text("Without the internet, the drawn pets work").first).to_be_visible()


def test_names_are_shown_as_they_are(trained: Server, visit, own_home: Path) -> None:
    nasty = "<img src=x onerror=alert(1)> :red[x] $y$ [a](javascript:b)"
    run = newest_run(own_home)
    Runs(open_workspace(own_home)).rename(run.id, nasty)
    page = visit().go(f"/runs?run={run.id}")
    # Invisible word joiners keep Markdown from reading directives into it.
    shown = page.get_by_role("heading", level=2).filter(has_text="onerror").inner_text()
    assert shown.replace("\u2060", "") == nasty
    assert page.locator("img[src=x]").count() == 0


def test_a_run_is_renamed_and_deleted_after_asking(trained: Server, visit, own_home: Path) -> None:
    run = newest_run(own_home)
    page = visit().go(f"/runs?run={run.id}")
    page.get_by_role("button", name="Rename").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("Another name")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Another name")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert newest_run(own_home).name == "Another name"
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    wait_for(lambda: Runs(open_workspace(own_home)).list() == (), "the run's end")
    assert not run.folder.exists()
    assert examine(open_workspace(own_home))["healthy"]


def test_the_camera_takes_a_photo(trained: Server, visit) -> None:
    page = visit(permissions=["camera"]).go("/classify")
    page.get_by_text("Use the camera").click()
    expect(page.locator(".live .name")).not_to_be_empty()  # it has answered about a frame
    page.get_by_role("button", name="Take this").click()
    expect(page.get_by_text("camera photo").last).to_be_visible()
    expect(page.get_by_text("1 answer in")).to_be_visible()
