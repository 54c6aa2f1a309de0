"""The exported page's own scripts: its camera, its photos, and what it keeps on the device."""

from __future__ import annotations

from pathlib import Path

from pipeline.exporting import templates
from tests.in_node import told

WEB = Path(templates.__file__).parent / "web"

# === The camera ===

# Cameras that open when the test says so; each notes whether it was let go.
CAMERAS = """
import { Camera } from "./camera.js"
const opening = []
const tracks = []
const navigator = { mediaDevices: { getUserMedia: () => new Promise((give, refuse) => {
  const track = Object.assign(new EventTarget(), { stop() { track.stopped = true }, getSettings: () => ({}) })
  tracks.push(track)
  opening.push({ give: () => give({ getTracks: () => [track], getVideoTracks: () => [track] }), refuse })
}) } }
Object.defineProperty(globalThis, "navigator", { value: navigator })
const video = { srcObject: null, play: async () => {} }
const camera = new Camera(video, () => {})
const on = () => tracks.map((one) => !one.stopped)
"""


def test_a_camera_that_is_asked_for_twice_is_on_once(tmp_path: Path) -> None:
    """Who presses the button again while the browser still asks for permission."""
    program = f"""{CAMERAS}
    const twice = [camera.start(), camera.start()]
    opening.forEach((one) => one.give())
    await Promise.all(twice)
    const before = on()
    camera.stop()
    console.log(JSON.stringify([before, on()]))
    """
    assert told(tmp_path, [WEB / "camera.js"], program) == [[False, True], [False, False]]


def test_a_camera_that_comes_after_it_was_let_go_goes_at_once(tmp_path: Path) -> None:
    """Who leaves the page before the browser has the permission."""
    program = f"""{CAMERAS}
    const late = camera.start()
    camera.stop()
    opening[0].give()
    await late
    console.log(JSON.stringify([on(), camera.isOn, video.srcObject]))
    """
    assert told(tmp_path, [WEB / "camera.js"], program) == [[False], False, None]


def test_a_camera_that_is_let_go_before_it_plays_is_no_error(tmp_path: Path) -> None:
    program = f"""{CAMERAS}
    let interrupt
    video.play = () => new Promise((_, refuse) => (interrupt = refuse))
    const begun = camera.start()
    opening[0].give()
    await new Promise((resolve) => setTimeout(resolve))
    camera.stop()
    interrupt(new DOMException("The play() request was interrupted.", "AbortError"))
    console.log(JSON.stringify([await begun, on()]))
    """
    assert told(tmp_path, [WEB / "camera.js"], program) == [False, [False]]


# === The page ===

# What the page is made of, as far as it is asked here: elements by their names, and a network that
# answers when the test says so.
PAGE = """
const elements = {}
globalThis.elementOf = (id) => (elements[id] ??= Object.assign(new EventTarget(), {
  id, hidden: id === "shown", classList: { add() {}, remove() {}, toggle() {} }, attributes: {},
  setAttribute(name, value) { this.attributes[name] = value }, scrollIntoView() {},
  getContext: () => ({ drawImage() {} }),
}))
globalThis.document = Object.assign(new EventTarget(), { hidden: false })
globalThis.matchMedia = () => ({ matches: false })
globalThis.asked = []
globalThis.createImageBitmap = async (file) => ({ ...file, width: 4, height: 3, close() { file.closed = true } })
globalThis.tracks = []
const stream = () => {
  const track = Object.assign(new EventTarget(), { stop() { track.stopped = true }, getSettings: () => ({}) })
  tracks.push(track)
  return { getTracks: () => [track], getVideoTracks: () => [track] }
}
const mediaDevices = { getUserMedia: async () => stream(), enumerateDevices: async () => [] }
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices } })
Object.assign(elementOf("video"), { play: async () => {}, requestVideoFrameCallback() {}, cancelVideoFrameCallback() {} })
const settled = () => new Promise((resolve) => setTimeout(resolve))
const drop = (file) => document.dispatchEvent(Object.assign(new Event("drop"), { dataTransfer: { files: [file] } }))
await import("./page.js")
await settled()
"""
STANDS_FOR = {
    "answer.js": "export const answerOf = (logits) => ({ classIndex: 0, logits })",
    "answer_view.js": """
        export const element = (id) => elementOf(id)
        export const setText = (id, text) => { elementOf(id).textContent = text }
        export const showAnswer = (answer) => { elementOf("answer").textContent = answer.logits }
    """,
    "heat.js": "export const heatOf = 0, paintOver = 0",
    "network.js": """
        export const canAsk = () => true
        export const loadNetwork = async () => ({ ask: (source) =>
          new Promise((give, refuse) => asked.push({ source, give: (logits) => give({ logits }), refuse })) })
    """,
    "numbers.js": "export const kernelOf = () => null",
    "parts.js": """
        export const parts = async () => ({ details: { classes: ["cat"] } })
        export const keep = async () => false
    """,
    "words.js": """
        export const word = (key) => key, list = (names) => names.join(), fillWords = () => {}
    """,
}
SCRIPTS = (WEB / "page.js", WEB / "camera.js")


def test_a_photo_that_cannot_be_asked_about_is_said(tmp_path: Path) -> None:
    """It is larger than a canvas may be, say."""
    program = f"""{PAGE}
    const file = {{}}
    drop(file)
    await settled()
    asked[0].refuse(new Error("too large"))
    await settled()
    console.log(JSON.stringify([elementOf("state").textContent, file.closed]))
    """
    assert told(tmp_path, SCRIPTS, program, STANDS_FOR) == ["unreadable", True]


def test_the_camera_is_shown_without_the_photo_that_was_asked_about_before(tmp_path: Path) -> None:
    program = f"""{PAGE}
    drop({{}})
    await settled()
    elementOf("camera").dispatchEvent(new Event("click"))
    await settled()
    asked[0].give("photo")
    await settled()
    console.log(JSON.stringify([elementOf("photo").hidden, elementOf("video").hidden]))
    """
    assert told(tmp_path, SCRIPTS, program, STANDS_FOR) == [True, False]


def test_a_camera_that_fails_takes_the_answer_of_a_photo_along(tmp_path: Path) -> None:
    program = f"""{PAGE}
    drop({{}})
    await settled()
    asked[0].give("photo")
    await settled()
    const before = elementOf("shown").hidden
    mediaDevices.getUserMedia = async () => {{ throw new DOMException("", "NotAllowedError") }}
    elementOf("camera").dispatchEvent(new Event("click"))
    await settled()
    console.log(JSON.stringify([before, elementOf("shown").hidden, elementOf("state").textContent]))
    """
    assert told(tmp_path, SCRIPTS, program, STANDS_FOR) == [False, True, "no_permission"]


def test_who_leaves_while_the_camera_opens_is_not_filmed(tmp_path: Path) -> None:
    program = f"""{PAGE}
    elementOf("camera").dispatchEvent(new Event("click"))
    document.hidden = true
    document.dispatchEvent(new Event("visibilitychange"))
    await settled()
    console.log(JSON.stringify(tracks.map((one) => one.stopped ?? false)))
    """
    assert told(tmp_path, SCRIPTS, program, STANDS_FOR) == [True]
