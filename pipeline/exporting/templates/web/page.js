// The page: a photo or the camera goes in, the network's answer comes out. Nothing is sent.

import { answerOf } from "./answer.js"
import { element, setText, showAnswer } from "./answer_view.js"
import { Camera } from "./camera.js"
import { heatOf, paintOver } from "./heat.js"
import { canAsk, loadNetwork } from "./network.js"
import { kernelOf } from "./numbers.js"
import { keep, parts } from "./parts.js"
import { fillWords, list, word } from "./words.js"

const MOST_NAMES = 6
const LONGEST_SIDE_PX = 1024 // of a photo as it is shown
const HEAT_PX = 256

const photo = /** @type {HTMLCanvasElement} */ (element("photo"))
const heat = /** @type {HTMLCanvasElement} */ (element("heat"))
const video = /** @type {HTMLVideoElement} */ (element("video"))
const where = /** @type {HTMLInputElement} */ (element("where"))
const camera = new Camera(video, withoutCamera)

/** @type {any} */
let network
/** @type {any} */
let details
/** @type {{map: Float32Array, classIndex: number} | undefined} what was seen last */
let last
let files = 0 // that were asked about: the last one counts, however long each takes

fillWords()
if (canAsk()) start().catch(() => fail("not_loaded"))
else fail("too_old")

async function start() {
  const found = await parts()
  details = found.details
  setText("knows", knows(details.classes))
  network = await loadNetwork(found).finally(found.release)
  element("looks").hidden = !details.kernel
  element("ways").hidden = false
  element("taking").hidden = !matchMedia("(pointer: coarse)").matches
  say("ready")
  listen()
  element("offline").hidden = !(await keep().catch(() => false))
}

/**
 * @param {string[]} classes
 * @returns {string}
 */
function knows(classes) {
  if (classes.length <= MOST_NAMES) return word("knows", { names: list(classes) })
  return word("knows_many", { count: classes.length, names: list(classes.slice(0, MOST_NAMES)) })
}

function listen() {
  for (const id of ["choose", "take"]) {
    const input = /** @type {HTMLInputElement} */ (element(id))
    input.addEventListener("change", () => {
      if (input.files?.length) askFile(input.files[0])
      input.value = ""; // the same photo again is a question, too
    })
  }
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault()
      element("bring").classList.toggle("over", kind === "dragenter" || kind === "dragover")
    })
  }
  document.addEventListener("drop", (event) => takeFrom(event.dataTransfer))
  document.addEventListener("paste", (event) => takeFrom(event.clipboardData))
  where.addEventListener("change", showHeat)
  element("camera").addEventListener("click", () => (camera.isOn ? stopCamera() : startCamera(() => camera.start())))
  element("other").addEventListener("click", () => startCamera(() => camera.turn()))
  // Whoever leaves is not filmed any longer.
  document.addEventListener("visibilitychange", () => document.hidden && stopCamera())
}

/** @param {DataTransfer | null} data */
function takeFrom(data) {
  if (data?.files.length) askFile(data.files[0])
}

// === A photo ===

/** @param {File} file */
async function askFile(file) {
  stopCamera()
  const turn = ++files
  let bitmap
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" })
    if (turn !== files || camera.isOn) return
    const scale = LONGEST_SIDE_PX / Math.max(bitmap.width, bitmap.height)
    photo.width = Math.max(1, Math.round(bitmap.width * scale))
    photo.height = Math.max(1, Math.round(bitmap.height * scale))
    context(photo).drawImage(bitmap, 0, 0, photo.width, photo.height)
    await ask(bitmap)
  } catch {
    return turn === files && fail("unreadable")
  } finally {
    bitmap?.close()
  }
  if (camera.isOn) return
  photo.hidden = false
  photo.setAttribute("aria-label", word("photo"))
  say("ready")
  element("shown").scrollIntoView({ block: "nearest" })
}

// === The camera ===

/** @param {() => Promise<boolean>} begin */
async function startCamera(begin) {
  try {
    if (!(await begin())) return
  } catch (error) {
    return withoutCamera(/** @type {Error} */ (error).message)
  }
  const { stream } = camera // another one has frames of its own
  showCamera()
  const hasOther = await camera.hasOther()
  if (camera.stream !== stream) return
  element("other").hidden = !hasOther
  say("ready")
  while (camera.stream === stream) {
    try {
      await ask(video)
    } catch {
      if (camera.stream !== stream) return // its frames ended meanwhile
      camera.stop()
      return withoutCamera("not_loaded")
    }
    await nextFrame()
  }
}

function stopCamera() {
  const wasOn = camera.isOn
  camera.stop()
  if (!wasOn) return
  showCamera()
  element("shown").hidden = true
}

/** @param {string} reason */
function withoutCamera(reason) {
  showCamera()
  element("shown").hidden = true
  fail(reason)
}

function showCamera() {
  const button = element("camera")
  button.setAttribute("aria-pressed", String(camera.isOn))
  button.textContent = word(camera.isOn ? "camera_off" : "camera")
  video.hidden = !camera.isOn
  video.setAttribute("aria-label", word("live"))
  photo.hidden = true
  element("other").hidden = true
  element("picture").classList.toggle("mirrored", camera.isOn && camera.isMirrored)
}

/** @returns {Promise<void>} when the camera has another picture, or was switched off */
function nextFrame() {
  return new Promise((resolve) => {
    if (!camera.isOn) resolve()
    else if ("requestVideoFrameCallback" in video) {
      const waiting = video.requestVideoFrameCallback(() => done())
      const done = () => {
        video.removeEventListener("emptied", done)
        video.cancelVideoFrameCallback(waiting)
        resolve()
      }
      video.addEventListener("emptied", done)
    } else requestAnimationFrame(() => resolve())
  })
}

// === The answer ===

/** @param {HTMLVideoElement | ImageBitmap} source */
async function ask(source) {
  const { logits, pooled, map } = await network.ask(source)
  if (source === video && !camera.isOn) return // switched off meanwhile
  const answer = answerOf(logits, pooled, details)
  last = { map, classIndex: answer.classIndex }
  showAnswer(answer, details.classes)
  element("shown").hidden = false
  showHeat()
}

function showHeat() {
  const kernel = kernelOf(details)
  heat.hidden = element("legend").hidden = !(where.checked && last && kernel)
  if (heat.hidden || !last || !kernel) return
  heat.width = heat.height = HEAT_PX
  paintOver(context(heat), heatOf(last.map, kernel, last.classIndex), 1)
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
function context(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
}

/** @param {string} key */
function say(key) {
  element("bring").classList.remove("wrong")
  setText("state", word(key))
}

/** @param {string} key */
function fail(key) {
  element("bring").classList.add("wrong")
  setText("state", word(key))
}
