// The phone's page: photos into a class, and answers about photos. All words come from the server.

/**
 * @typedef {{ id: string, name: string, where: string, classes: { id: string, title: string }[] }} Goal
 * @typedef {{ words: Record<string, string>, minutes: number, goal: Goal | null, no_goal: string,
 *   run: string | null, no_run?: string, sure_from: number, photos: number, bytes: number, too_large: string }} State
 * @typedef {{ name: string, reason: string, advice: string }} Rejected
 * @typedef {{ received: number, accepted: number, rejected: Rejected[] }} Account
 * @typedef {{ class: string, probability: number, probabilities: Record<string, number>, neither: boolean }} Answer
 */

const LOOK_MS = 3000 // between two looks at what the computer shows
const IMPORT_MS = 700 // between two looks at an import
const BATCH = 12 // photos of one request
const MOST_BARS = 5
const FRAME_PX = 480 // longest side of a frame of the live camera
const FRAME_MS = 150 // at least, between an answer and the next frame

/** @type {State} */
let state
let isBusy = false
let photoAddress = ""

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id))
const picker = () => /** @type {HTMLSelectElement} */ (at("class"))
const video = () => /** @type {HTMLVideoElement} */ (at("video"))

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
const word = (key, values = {}) => state.words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]))

/** @param {number} share */
const percent = (share) => `${Math.round(100 * (share < 1 ? Math.min(share, 0.99) : 1))}%`

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Say something, or nothing any more; what did not change is not read out again.
 * @param {string} id
 * @param {string} [text]
 */
function say(id, text = "") {
  if (at(id).textContent !== text) at(id).textContent = text
  at(id).hidden = !text
}

/**
 * Ask the computer.
 * @param {string} path
 * @param {RequestInit} [more]
 * @returns {Promise<any>} its answer
 * @throws {Error} with the sentence that says why not
 */
async function ask(path, more = {}) {
  let answer, told
  try {
    answer = await fetch(`ask/${path}`, { cache: "no-store", ...more })
    told = await answer.json()
  } catch {
    throw new Error(state?.words.failed ?? "PawTune on the computer does not answer. Switch “On the phone” on again there, and scan the new code.")
  }
  if (!answer.ok) throw new Error(told.error)
  return told
}

/** Look what the computer shows, and draw it. */
async function look() {
  state = await ask("state")
  const { goal, run } = state
  for (const [id, key] of [["to_photos", "photos"], ["to_classify", "classify"], ["class_title", "class"]]) {
    say(id, word(key))
  }
  say("left", word("left", { minutes: state.minutes }))
  say("no_goal", goal ? "" : state.no_goal)
  at("bring").hidden = !goal
  if (goal) drawGoal(goal)
  say("no_run", run ? "" : state.no_run)
  at("ask").hidden = !run
  say("who", run ? word("answers", { name: run }) : "")
  at("ways").hidden = false
}

/** @param {Goal} goal */
function drawGoal(goal) {
  say("where", goal.where)
  const now = JSON.stringify([goal.id, goal.classes])
  if (picker().dataset.shown === now) return
  const before = picker().value
  picker().dataset.shown = now
  picker().dataset.goal = goal.id
  picker().replaceChildren(...goal.classes.map(({ id, title }) => new Option(title, id)))
  if (goal.classes.some(({ id }) => id === before)) picker().value = before
}

/**
 * A button that takes photos, by the phone's own camera or out of its photos.
 * @param {HTMLElement} place
 * @param {string} key
 * @param {boolean} byCamera
 * @param {boolean} several
 * @param {(files: File[]) => Promise<void>} take
 */
function way(place, key, byCamera, several, take) {
  const input = document.createElement("input")
  Object.assign(input, { type: "file", accept: "image/*", multiple: several, className: "unseen", id: `${place.id}_${key}` })
  if (byCamera) input.setAttribute("capture", "environment")
  input.onchange = async () => {
    const files = [...input.files]
    input.value = "" // the same photo may come again
    if (files.length && !isBusy) await busily(() => take(files))
  }
  const label = document.createElement("label")
  Object.assign(label, { className: "button", htmlFor: input.id, textContent: word(key) })
  const both = document.createElement("span")
  both.append(input, label)
  place.append(both)
}

/**
 * One thing at a time; what goes wrong is said.
 * @param {() => Promise<void>} work
 */
async function busily(work) {
  setBusy(true)
  say("wrong")
  try {
    await work()
  } catch (error) {
    say("wrong", error.message)
  } finally {
    setBusy(false)
    say("doing")
    say("asking")
  }
}

/** @param {boolean} busy */
function setBusy(busy) {
  isBusy = busy
  for (const input of document.querySelectorAll("input[type=file]")) /** @type {HTMLInputElement} */ (input).disabled = busy
}

/**
 * Photos in parts that one request may have; a photo that is larger than that stays here.
 * @param {File[]} files
 */
function batches(files) {
  /** @type {File[][]} */
  const made = []
  let bytes = Infinity
  for (const file of files) {
    const last = made.at(-1)
    if (!last || bytes + file.size > state.bytes / 2 || last.length === Math.min(BATCH, state.photos)) {
      made.push([])
      bytes = 0
    }
    made.at(-1).push(file)
    bytes += file.size
  }
  return made
}

/** @param {File[]} files */
function form(files) {
  const body = new FormData()
  for (const file of files) body.append("photos", file, file.name || "photo.jpg")
  return body
}

/** @param {File} file */
const isFarTooLarge = (file) => file.size > 0.9 * state.bytes

/** @param {File[]} files */
async function bring(files) {
  const [goal, chosen] = [picker().dataset.goal, picker().value]
  const address = `photos?goal=${encodeURIComponent(goal)}&class=${encodeURIComponent(chosen)}`
  const large = files.filter(isFarTooLarge)
  const total = {
    received: large.length,
    accepted: 0,
    rejected: large.map(({ name }) => ({ name, reason: state.too_large, advice: "" })),
  }
  let done = 0
  account(null)
  for (const batch of batches(files.filter((file) => !isFarTooLarge(file)))) {
    say("doing", word("sending", { done, count: files.length }))
    const told = await ask(address, { method: "POST", body: form(batch) })
    add(total, told)
    if (told.job) add(total, await imported(told.job))
    done += batch.length
    account(total)
  }
  account(total)
  await look()
}

/**
 * What came of an import, once it is over.
 * @param {string} job
 * @returns {Promise<Account>}
 */
async function imported(job) {
  say("doing", word("importing"))
  for (;;) {
    const told = await ask(`imports/${encodeURIComponent(job)}`)
    if (told.finished) return told
    await wait(IMPORT_MS)
  }
}

/**
 * @param {Account} total
 * @param {Account} more
 */
function add(total, more) {
  total.received += more.received
  total.accepted += more.accepted
  total.rejected.push(...more.rejected)
}

/** @param {Account | null} found */
function account(found) {
  const { received, accepted, rejected } = found ?? { received: 0, accepted: 0, rejected: [] }
  say("account", found ? word("account", { received, accepted, rejected: rejected.length }) : "")
  at("rejected").replaceChildren(...rejected.map(({ name, reason, advice }) => line(`${name}: ${reason} ${advice ?? ""}`)))
}

/** @param {string} text */
function line(text) {
  return Object.assign(document.createElement("li"), { textContent: text })
}

/** @param {File[]} files */
async function classify([file]) {
  stopCamera()
  at("answer").hidden = true
  URL.revokeObjectURL(photoAddress)
  photoAddress = URL.createObjectURL(file)
  const photo = /** @type {HTMLImageElement} */ (at("photo"))
  photo.src = photoAddress
  photo.hidden = at("picture").hidden = false
  photo.onerror = () => (at("picture").hidden = true) // such as HEIC, which the computer can read
  if (isFarTooLarge(file)) throw new Error(state.too_large)
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
  const isSure = !found.neither && found.probability >= state.sure_from - 1e-6
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
function offerCamera() {
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

function stopCamera() {
  const stream = /** @type {MediaStream | null} */ (video().srcObject)
  if (!stream) return
  for (const track of stream.getTracks()) track.stop()
  video().srcObject = null
  video().hidden = at("picture").hidden = true
  say("live", word("live"))
}

/** Show photos or questions, as the address says after its `#`. */
function turn() {
  const isAsking = location.hash === "#classify"
  at("photos").hidden = isAsking
  at("classify").hidden = !isAsking
  at("to_photos").setAttribute("aria-pressed", String(!isAsking))
  at("to_classify").setAttribute("aria-pressed", String(isAsking))
  if (!isAsking) stopCamera()
}

/** Look again and again; the first failure is said, and gone when it works again. */
async function keepLooking() {
  for (;;) {
    await wait(LOOK_MS)
    if (isBusy || document.hidden) continue
    try {
      await look()
      if (at("wrong").dataset.lost) say("wrong")
      delete at("wrong").dataset.lost
    } catch (error) {
      stopCamera()
      at("wrong").dataset.lost = "yes"
      say("wrong", error.message)
    }
  }
}

async function begin() {
  await look()
  for (const [place, several, take] of /** @type {const} */ ([["photo_buttons", true, bring], ["ask_buttons", false, classify]])) {
    way(at(place), "take", true, several, take)
    way(at(place), "choose", false, several, take)
  }
  offerCamera()
  for (const name of ["photos", "classify"]) at(`to_${name}`).onclick = () => (location.hash = name)
  window.onhashchange = turn
  window.onpagehide = stopCamera
  turn()
  void keepLooking()
}

begin().catch((error) => say("wrong", error.message))

export {} // a module: its names are its own
