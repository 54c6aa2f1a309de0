"""The live camera's other side: what the browser is told, and what it may send."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import component, networks
from pages.ui.classify import live_camera
from pages.ui.parts import dropped
from pipeline.api import browser_files
from pipeline.photos.decoding.decode import canonical
from pipeline.workspace.run import Run
from tests import in_node
from tests.workspaces import jpeg

Open = Callable[..., AppTest]


def frame(data: bytes) -> dict[str, Any]:
    return {"photo": base64.b64encode(data).decode(), "number": 7}


def test_a_frame_that_is_taken_is_a_photo_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {live_camera.KEY: {"taken": frame(jpeg((200, 60, 40)))}}
    put: list[tuple[str, bytes]] = []
    monkeypatch.setattr(live_camera.st, "session_state", state)
    monkeypatch.setattr(dropped, "put", put.extend)
    live_camera._take()
    assert put == [(live_camera.NAME, jpeg((200, 60, 40)))]
    state[live_camera.KEY] = {"taken": {"photo": "?"}}
    live_camera._take()
    assert len(put) == 1


def test_the_server_answers_as_the_browser_would(run: Run) -> None:
    found = live_camera.answered(run, frame(jpeg((220, 30, 30))), 0.7)["found"]
    answer = networks.classifier(run.id).classify(canonical(jpeg((220, 30, 30))).jpeg)
    names = live_camera.told(run, 0.7)["classes"]  # in the order of the network, not of the set
    assert names[found["classIndex"]] == answer.class_name == "red"
    assert found["shares"] == pytest.approx(list(answer.probabilities.values()))
    assert found["share"] == max(found["shares"])
    assert (found["isSure"], found["isNone"]) == (True, False)
    assert not live_camera.answered(run, frame(jpeg((220, 30, 30))), 1.1)["found"]["isSure"]


def test_what_cannot_be_read_is_said(run: Run) -> None:
    assert live_camera.answered(run, frame(b"no picture at all"), 0.7)["why"]
    assert live_camera.answered(run, {}, 0.7)["why"]


def test_without_the_routes_the_browser_is_not_sent_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_files, "_served", False)
    assert live_camera.told(run, 0.7)["files"] is None
    monkeypatch.setattr(browser_files, "_served", True)
    assert run.id in live_camera.told(run, 0.7)["files"]["model"]


def test_it_says_what_the_page_says(run: Run) -> None:
    told = live_camera.told(run, 0.7)
    assert sorted(told["classes"]) == sorted(run.classes)
    assert (told["sure_from"], told["tells_where"]) == (0.7, True)


# === In the browser ===

# As much of a page as the camera builds, with cameras and networks that the test commands.
BROWSER = """
class Made extends EventTarget {
  children = []; style = { setProperty() {} }; dataset = {}; attributes = {}; classes = new Set()
  textContent = ""; hidden = false; width = 0; height = 0
  classList = { toggle: (name, is = !this.classes.has(name)) => {
    this.classes[is ? "add" : "delete"](name)
    return is
  } }
  setAttribute(name, value) { this.attributes[name] = value }
  hasAttribute(name) { return name in this.attributes }
  append(...more) { more.forEach((one) => { one.parent = this }); this.children.push(...more) }
  replaceChildren(...more) { this.children = []; this.append(...more) }
  remove() { this.parent.children = this.parent.children.filter((one) => one !== this) }
  get firstChild() { return this.children[0] }
  get lastChild() { return this.children.at(-1) }
  getContext() { return { clearRect: () => { this.painted = false }, drawImage() {} } }
  play() { return Promise.resolve() }
  pause() {}
  requestVideoFrameCallback(step) { globalThis.nextFrame = step }
  querySelector() { return this }
}
const all = []
const createElement = (name) => {
  const made = Object.assign(new Made(), { name })
  if (name === "video") Object.assign(made, { videoWidth: 4, videoHeight: 3 })
  all.push(made)
  return made
}
const byClass = (name) => all.find((one) => one.attributes.class === name)
const button = (text) => all.find((one) => one.name === "button" && one.textContent === text)
Object.assign(globalThis, {
  document: { createElement, getElementById: () => null, baseURI: import.meta.url },
  window: Object.assign(new EventTarget(), { isSecureContext: true }),
  createImageBitmap: async () => ({ close() {} }),
  wanted: [], askers: [], painted: [],
})
const track = { stop() {}, getSettings: () => ({ deviceId: "built in" }) }
const stream = { getTracks: () => [track], getVideoTracks: () => [track] }
const mediaDevices = {
  getUserMedia: async (one) => { wanted.push(one); return stream },
  enumerateDevices: async () => [],
}
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices } })
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const until = async (is) => { while (!is()) await settled() }
const words = new Proxy({}, { get: (_, name) => String(name) })
const data = (run, classes) => ({
  key: "live", classes, sure_from: 0.5, tells_where: true, words,
  files: { scripts: "./", engine: "./", model: run, details: run },
})
const root = new Made()
const { default: show } = await import("./component.js")
const told = (one) => show({ data: one, parentElement: root, setTriggerValue() {} })
const answer = { classIndex: 0, share: 1, shares: [1, 0], isNone: false, isSure: true, heat: [1] }
"""
STANDS_FOR = {
    "asker.js": """
        export const openAsker = async (given) => {
          const asker = { given, ask: () => asker.answer(), close() {} }
          askers.push(asker)
          asker.answer = () => new Promise((give) => { asker.give = give })
          return asker
        }
    """,
    "network.js": "export const canAsk = () => true",
    "heat.js": "export const paintOver = () => { painted.push(1) }",
}


def in_browser(folder: Path, program: str) -> Any:
    source = Path(live_camera.__file__).with_suffix(".js").read_text(encoding="utf-8")
    shared = [Path(component.__file__).with_name(name) for name in ("elements.js", "camera.js")]
    before = "".join(path.read_text(encoding="utf-8") for path in shared)
    scripts = {**STANDS_FOR, "component.js": before + source}
    return in_node.told(folder, (), BROWSER + program, scripts)


def test_another_model_answers_about_the_frozen_picture(tmp_path: Path) -> None:
    """The answer of the one before is gone at once."""
    program = """
    told(data("one", ["cat", "dog"]))
    await until(() => askers.length === 1 && globalThis.nextFrame)
    nextFrame()
    await settled()
    askers[0].give(answer)
    await settled()
    const name = byClass("name"), seen = [name.textContent]
    button("freeze").onclick()
    told(data("two", ["tea", "cup"]))
    seen.push(name.textContent)
    await until(() => askers.length === 2)
    await settled()
    askers[1].give?.(answer)
    await settled()
    seen.push(name.textContent)
    console.log(JSON.stringify(seen))
    process.exit()
    """
    assert in_browser(tmp_path, program) == ["cat", "", "tea"]


def test_where_it_looked_goes_when_the_server_answers(tmp_path: Path) -> None:
    program = """
    told(data("one", ["cat", "dog"]))
    await until(() => askers.length === 1 && globalThis.nextFrame)
    const over = all.find((one) => one.name === "canvas")
    over.painted = true
    askers[0].answer = () => Promise.reject(new Error("out of memory"))
    nextFrame()
    await settled()
    console.log(JSON.stringify([root.dataset.mode, over.painted]))
    process.exit()
    """
    assert in_browser(tmp_path, program) == ["server", False]


def test_without_the_camera_that_was_chosen_another_one_is_asked_for(tmp_path: Path) -> None:
    """It was unplugged, and the choice is out of sight then."""
    program = """
    told(data("one", ["cat", "dog"]))
    await until(() => askers.length === 1 && globalThis.nextFrame)
    mediaDevices.getUserMedia = async (one) => {
      wanted.push(one)
      if (one.video.deviceId) throw new DOMException("", "OverconstrainedError")
      return stream
    }
    const which = all.find((one) => one.name === "select")
    which.value = "unplugged"
    which.onchange()
    await settled()
    console.log(JSON.stringify([wanted.length, byClass("failed").hidden]))
    process.exit()
    """
    assert in_browser(tmp_path, program) == [3, True]


def test_a_picture_that_cannot_be_taken_is_no_matter_of_the_network(tmp_path: Path) -> None:
    """The camera pauses for a moment: frames still do not go to the server."""
    program = """
    told(data("one", ["cat", "dog"]))
    await until(() => askers.length === 1 && globalThis.nextFrame)
    globalThis.createImageBitmap = async () => { throw new DOMException("", "InvalidStateError") }
    nextFrame()
    await settled()
    console.log(JSON.stringify(root.dataset.mode))
    process.exit()
    """
    assert in_browser(tmp_path, program) == "browser"
