"""The exported page's own scripts: its camera, its photos, and what it keeps on the device."""

from __future__ import annotations

from pathlib import Path

from pipeline.exporting import templates
from tests.in_node import told

WEB = Path(templates.__file__).parent / "web"

# === The camera ===

# Streams of a camera; each track notes whether it was let go.
STREAMS = """
globalThis.tracks = []
globalThis.makeStream = () => {
  const stop = () => { track.stopped = true }
  const track = Object.assign(new EventTarget(), { stop, getSettings: () => ({}) })
  tracks.push(track)
  return { getTracks: () => [track], getVideoTracks: () => [track] }
}
"""
# Cameras that open when the test says so.
CAMERAS = (
    STREAMS
    + """
import { Camera } from "./camera.js"
const opening = []
const getUserMedia = () => new Promise((give) => {
  opening.push({ give: () => give(makeStream()) })
})
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: { getUserMedia } } })
const video = { srcObject: null, play: async () => {} }
const camera = new Camera(video, () => {})
const on = () => tracks.map((one) => !one.stopped)
"""
)


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
PAGE = (
    STREAMS
    + """
const elements = {}
globalThis.elementOf = (id) => (elements[id] ??= Object.assign(new EventTarget(), {
  id, hidden: id === "shown", classList: { add() {}, remove() {}, toggle() {} }, attributes: {},
  setAttribute(name, value) { this.attributes[name] = value }, scrollIntoView() {},
  getContext: () => ({ drawImage() {} }),
}))
globalThis.document = Object.assign(new EventTarget(), { hidden: false })
globalThis.matchMedia = () => ({ matches: false })
globalThis.asked = []
globalThis.createImageBitmap = async (file) => (
  { width: 4, height: 3, close() { file.closed = true } }
)
const mediaDevices = { getUserMedia: async () => makeStream(), enumerateDevices: async () => [] }
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices } })
const frames = { requestVideoFrameCallback() {}, cancelVideoFrameCallback() {} }
Object.assign(elementOf("video"), { play: async () => {}, ...frames })
const settled = () => new Promise((resolve) => setTimeout(resolve))
const drop = (file) => {
  const dataTransfer = { files: [file] }
  document.dispatchEvent(Object.assign(new Event("drop"), { dataTransfer }))
}
await import("./page.js")
await settled()
"""
)
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
        const ask = () => new Promise((give, refuse) =>
          asked.push({ give: (logits) => give({ logits }), refuse }))
        export const loadNetwork = async () => ({ ask })
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


# === Kept on the device ===

# A host that sends `index.html` elsewhere, as some do, and what a browser keeps.
WORKER = """
import fs from "node:fs"
import vm from "node:vm"
const listeners = {}, kept = {}
class Request { constructor(url) { this.url = String(url); this.method = "GET" } }
const fetch = async ({ url }) => {
  const headers = { "Content-Type": "text/html" }
  const answer = new Response("the page", { status: STATUS, headers })
  return Object.defineProperty(answer, "redirected", { value: url.endsWith("/index.html") })
}
const cache = {
  put: async (request, answer) => { kept[request.url ?? String(request)] = answer },
  addAll: async ([one]) => {
    const answer = await fetch(one)
    if (!answer.ok) throw new TypeError("Request failed")
    await cache.put(one, answer)
  },
  match: async (request) => kept[request.url ?? String(request)],
}
const self = {
  registration: { scope: "https://host/pets/" }, skipWaiting() {}, clients: { claim() {} },
  addEventListener: (kind, listener) => { listeners[kind] = listener },
}
const caches = {
  open: async () => cache,
  delete: async () => { for (const name in kept) delete kept[name] },
}
const source = fs.readFileSync("service_worker.js", "utf8")
const filled = source.replace("FILES = []", 'FILES = ["index.html"]')
vm.runInNewContext(filled, { self, caches, fetch, URL, Request, Response, Error })
"""


def test_a_page_that_its_host_moved_opens_from_the_device(tmp_path: Path) -> None:
    """Browsers refuse to open a page with an answer that was sent elsewhere."""
    program = f"""{WORKER.replace("STATUS", "200")}
    await new Promise((resolve) => listeners.install({{ waitUntil: (one) => one.then(resolve) }}))
    const request = new Request("https://host/pets/")
    const given = await new Promise((respondWith) => listeners.fetch({{ request, respondWith }}))
    const {{ redirected, headers }} = given
    console.log(JSON.stringify([redirected, headers.get("Content-Type"), await given.text()]))
    """
    found = told(tmp_path, [WEB / "service_worker.js"], program)
    assert found == [False, "text/html", "the page"]


def test_a_file_that_the_host_lacks_is_not_kept(tmp_path: Path) -> None:
    program = f"""{WORKER.replace("STATUS", "404")}
    const done = await new Promise((resolve) => listeners.install({{
      waitUntil: (one) => one.then(() => resolve(true), () => resolve(false)),
    }}))
    console.log(JSON.stringify([done, Object.keys(kept)]))
    """
    assert told(tmp_path, [WEB / "service_worker.js"], program) == [False, []]
