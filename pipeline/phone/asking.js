// Answers about photos, and live.

import { ask, at, form, isFarTooLarge, say, shown, wait, word } from "./common.js"

/** @typedef {import("./common.js").Answer} Answer */

const MOST_BARS = 5
const FRAME_PX = 480 // longest side of a frame of the live camera
const FRAME_MS = 150 // at least, between an answer and the next frame

let photoAddress = ""

const video = () => /** @type {HTMLVideoElement} */ (at("video"))

/** @param {number} share */
const percent = (share) => `${Math.round(100 * (share < 1 ? Math.min(share, 0.99) : 1))}%`

/** @param {File[]} files */
export async function classify([file]) {
  stopCamera()
  at("answer").hidden = true
  URL.revokeObjectURL(photoAddress)
  photoAddress = URL.createObjectURL(file)
  const photo = /** @type {HTMLImageElement} */ (at("photo"))
  photo.src = photoAddress
  photo.hidden = at("picture").hidden = false
  photo.onerror = () => (at("picture").hidden = true) // such as HEIC, which the computer can read
  if (isFarTooLarge(file)) throw new Error(shown.state.too_large)
  say("asking", word("asking"))
  await answer(file)
}

/** @param {File} file */
async function answer(file) {
  const told = await ask("classify", { method: "POST", body: form([file]) })
  const [found] = told.photos
  if (found.error) throw new Error(found.error)
  draw(found)
}

/** @param {Answer} found */
function draw(found) {
  const isSure = !found.neither && found.probability >= shown.state.sure_from - 1e-6
  say("name", found.neither ? word("none") : isSure ? found.class : word("unsure"))
  say("why", found.neither ? word("none_why") : "")
  const order = Object.entries(found.probabilities).sort((a, b) => b[1] - a[1])
  const bars = order.slice(0, MOST_BARS).map(([name, share]) => bar(name, share))
  if (isSure) bars[0].classList.add("best")
  const rest = order.slice(MOST_BARS)
  if (rest.length) bars.push(bar(word("rest", { count: rest.length }), rest.reduce((sum, [, share]) => sum + share, 0)))
  at("bars").setAttribute("aria-label", word("bars"))
  at("bars").replaceChildren(...bars)
  at("answer").hidden = false
}

/**
 * @param {string} name
 * @param {number} share
 */
function bar(name, share) {
  const item = document.createElement("li")
  for (const text of [name, percent(share)]) {
    item.append(Object.assign(document.createElement("span"), { textContent: text }))
  }
  const drawn = document.createElement("i")
  drawn.style.setProperty("--share", String(share))
  item.append(drawn)
  return item
}

/** The live camera, which browsers give to pages with https alone. */
export function offerCamera() {
  if (!window.isSecureContext || !navigator.mediaDevices) {
    say("live_needs", word("live_needs"))
    return
  }
  const button = document.createElement("button")
  Object.assign(button, { type: "button", className: "button", id: "live", textContent: word("live") })
  button.onclick = () => (video().srcObject ? stopCamera() : void watch())
  at("ask_buttons").append(button)
}

async function watch() {
  say("wrong")
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
    video().srcObject = stream
    await video().play()
  } catch (error) {
    stopCamera()
    say("wrong", word(error.name === "NotAllowedError" ? "live_refused" : "live_missing"))
    return
  }
  at("photo").hidden = true
  video().hidden = at("picture").hidden = false
  say("live", word("live_off"))
  try {
    while (video().srcObject) {
      const frame = await grab()
      if (frame && video().srcObject) await answer(frame)
      await wait(FRAME_MS)
    }
  } catch (error) {
    stopCamera()
    say("wrong", error.message)
  }
}

/** @returns {Promise<File | null>} what the camera sees, or null before it does */
async function grab() {
  const { videoWidth: width, videoHeight: height } = video()
  if (!width) return null
  const scale = Math.min(1, FRAME_PX / Math.max(width, height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext("2d").drawImage(video(), 0, 0, canvas.width, canvas.height)
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85))
  return blob && new File([blob], "camera.jpg", { type: "image/jpeg" })
}

export function stopCamera() {
  const stream = /** @type {MediaStream | null} */ (video().srcObject)
  if (!stream) return
  for (const track of stream.getTracks()) track.stop()
  video().srcObject = null
  video().hidden = at("picture").hidden = true
  say("live", word("live"))
}
