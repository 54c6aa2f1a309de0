// Photos for as long as a button is held, several times a second. The server keeps those that show
// something new; it has one message at a time, and what comes meanwhile goes with the next.

const EVERY_MS = 200 // between two photos
const LONGEST_PX = 640 // side of a photo
const QUALITY = 0.9
const MOST_WAITING = 30 // photos: six seconds that the server is behind
const LATE_MS = 15_000 // nobody answers any more
const HOLDING_KEYS = [" ", "Enter"]

function makeBurst(root) {
  let data, timer = null, hold = "", waiting = [], flying = 0, late = null, steals = false
  const burst = { tell: /** @type {(what: string, told: any) => void} */ (() => {}) }
  const button = (press, more = {}) => element("button", { type: "button", onclick: press, ...more })
  const open = button(() => { steals = true; camera.open() })
  const camera = makeCamera({ words: () => data.words, opening, opened, closed, failed: () => show(open) })
  const { video, which } = camera
  const note = element("p", { class: "note" })
  const press = element("button", { type: "button", class: "main" })
  const undo = button(() => burst.tell("undone", { hold: data.hold, at: Date.now() }))
  const close = button(() => { camera.leave(); show(open); open.focus() })
  const count = element("p", { class: "count", role: "status" }), scene = element("p", { class: "scene" })
  const desk = element("div", { class: "desk" }, video, element("div", { class: "bar" }, press, close, which), scene, count, undo)
  root.replaceChildren(open, camera.failed, note, desk)

  // === The camera ===
  function show(one) {
    for (const part of [open, note, desk]) part.hidden = part !== one
  }
  function opening() {
    show(note)
  }
  function opened() {
    show(desk)
    if (steals) press.focus()
    steals = false
  }
  function closed() {
    end()
    show(open)
  }

  // === While the button is held ===
  function start() {
    if (timer || !video.videoWidth) return
    hold = `${Date.now()}.${Math.random()}`
    timer = setInterval(take, EVERY_MS)
    desk.classList.add("held")
    count.setAttribute("aria-busy", "true") // read out when it is over
    take()
  }
  function take() {
    if (waiting.length >= MOST_WAITING) return
    waiting.push({ hold, photo: camera.jpeg(LONGEST_PX, QUALITY) })
    send()
  }
  function end() {
    if (!timer) return
    clearInterval(timer)
    timer = null
    desk.classList.remove("held")
    count.removeAttribute("aria-busy")
    waiting.push({ hold, photo: "" })
    send()
  }
  press.onpointerdown = (event) => {
    if (event.button) return
    press.setPointerCapture(event.pointerId)
    start()
  }
  press.onpointerup = press.onpointercancel = press.onblur = end
  press.onkeydown = (event) => {
    if (!HOLDING_KEYS.includes(event.key)) return
    event.preventDefault()
    start()
  }
  press.onkeyup = end
  press.oncontextmenu = (event) => event.preventDefault() // a long touch
  const hidden = () => { if (document.hidden) end() }
  document.addEventListener("visibilitychange", hidden)

  // === To the server ===
  function send() {
    if (flying || !waiting.length) return
    const [{ hold }] = waiting
    const others = waiting.findIndex((one) => one.hold !== hold)
    const some = waiting.splice(0, others < 0 ? waiting.length : others)
    flying = Date.now()
    late = setTimeout(landed, LATE_MS)
    const photos = some.map((one) => one.photo).filter(Boolean)
    burst.tell("frames", { number: flying, hold, photos, over: photos.length < some.length })
  }
  function landed() {
    clearTimeout(late)
    flying = 0
    send()
  }

  burst.take = (given) => {
    const before = data
    data = given
    const { words } = data
    for (const [one, text] of [[open, words.camera], [press, words.hold], [close, words.close], [undo, words.undo], [scene, words.scene], [note, words.opening]]) one.textContent = text
    video.setAttribute("aria-label", words.picture)
    if (count.textContent !== data.told) count.textContent = data.told
    undo.hidden = !data.can_undo
    if (!before) {
      show(open)
      if (data.opens) camera.open()
    }
    if (flying && data.done === flying) landed()
  }
  burst.end = () => {
    camera.end()
    clearTimeout(late)
    document.removeEventListener("visibilitychange", hidden)
  }
  return burst
}

const bursts = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".burst")
  if (!bursts.has(root)) bursts.set(root, makeBurst(root))
  const burst = bursts.get(root)
  burst.tell = setTriggerValue
  if (data) burst.take(data)
  return () => {
    burst.end()
    bursts.delete(root)
  }
}
