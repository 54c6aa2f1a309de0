// The camera, and what the network says of it, frame by frame; never two frames at a time.

const SAID_AFTER_MS = 1000 // an answer is read out once it has stayed so long
const RATE_MS = 1000
const BARS = 3
const STRENGTH = 0.4 // of the paint over the picture
const SERVER_PX = 512 // longest side of what the server is asked about: it keeps no more
const PATIENCE_MS = 10_000 // with the server
const NO_FAULT = ["AbortError", "InvalidStateError"] // of the network: it was closed, or the camera has no picture just now

const percent = (share) => `${(share * 100).toFixed(1)} %`

function makeLive(root) {
  let data, asker, painter, mode = "", ended = false, frozen = false, heat = false
  let steady = "", since = 0, heard = "", because = "", count = 0, counted = 0, asked = 0, hears = null
  const live = { tell: /** @type {(what: string, told: any) => void} */ (() => {}) }
  const camera = makeCamera({ words: () => data.words, opening, opened, closed: clear, failed: () => { desk.hidden = true } })
  const { video, which } = camera
  const over = element("canvas", { "aria-hidden": "true" })
  const stage = element("div", { class: "stage" }, video, over)
  const name = element("p", { class: "name" }), why = element("p", { class: "why" }), note = element("p", { class: "note" })
  const bars = element("ul", { class: "bars", role: "list" }), side = element("div", { class: "side" }, name, why, bars, note)
  const button = (press, more = {}) => element("button", { type: "button", onclick: press, ...more })
  const mirror = button(() => pressed(mirror, stage.classList.toggle("mirrored")))
  const freeze = button(() => pause(!frozen))
  const look = button(() => { heat = !heat; pressed(look, heat); if (!heat) clear(); else if (frozen) again() })
  const take = button(takeFrame, { class: "main" })
  const bar = element("div", { class: "bar" }, take, freeze, mirror, look, which)
  const desk = element("div", { class: "desk" }, stage, side, bar)
  root.replaceChildren(camera.failed, desk)

  // === The camera ===
  function opening() {
    desk.hidden = false
    note.textContent = data.words.opening
  }
  function opened(track) {
    const shape = `${video.videoWidth || 4} / ${video.videoHeight || 3}`
    stage.style.setProperty("--shape", shape)
    stage.style.setProperty("--ratio", String((video.videoWidth || 4) / (video.videoHeight || 3)))
    pressed(mirror, stage.classList.toggle("mirrored", track.getSettings().facingMode !== "environment"))
    pause(false)
    note.textContent = mode ? "" : data.words.loading
    watch(camera.stream)
  }

  // === Frame by frame ===
  function watch(stream) {
    const soon = () => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(step) : requestAnimationFrame(step))
    async function step() {
      if (ended || camera.stream !== stream) return
      if (!frozen && mode && video.videoWidth) await ask()
      if (!ended && camera.stream === stream) soon()
    }
    soon()
  }
  async function ask() {
    try {
      const found = await (mode === "server" ? askServer() : asker.ask(await createImageBitmap(video), { sureFrom: data.sure_from, heat }))
      if (found && camera.stream) show(found)
    } catch (error) {
      if (NO_FAULT.includes(error.name)) return
      if (mode === "browser" && camera.stream) serve("no_engine", error.message)
    }
  }
  function again() {
    if (mode && video.videoWidth) ask()
  }
  function show(found) {
    const { words, classes } = data
    const best = classes[found.classIndex]
    const shown = found.isNone ? words.none : found.isSure ? best : words.unsure
    name.textContent = shown
    side.classList.toggle("none", found.isNone)
    why.textContent = found.isNone ? `${filled(words.nearest, { name: best })}. ${words.none_why}` : found.isSure ? "" : filled(words.unsure_why, { share: percent(found.share), from: percent(data.sure_from) })
    const order = found.shares.map((share, i) => [share, i]).sort((a, b) => b[0] - a[0]).slice(0, BARS)
    while (bars.children.length < order.length) bars.append(element("li", {}, element("div", { class: "of" }, element("span"), element("span")), element("div", { class: "track" }, element("div", { class: "fill" }))))
    while (bars.children.length > order.length) bars.lastChild.remove()
    order.forEach(([share, i], place) => {
      const [of, track] = bars.children[place].children
      of.firstChild.textContent = classes[i]
      of.lastChild.textContent = percent(share)
      const bar = /** @type {HTMLElement} */ (track.firstChild)
      bar.style.width = `${share * 100}%`
    })
    if (found.heat && heat) paint(found.heat)
    rate()
    speak(shown, found)
  }
  function paint(found) {
    over.width = stage.clientWidth
    over.height = stage.clientHeight
    painter.paintOver(over.getContext("2d"), found, STRENGTH)
  }
  function clear() {
    over.getContext("2d").clearRect(0, 0, over.width, over.height)
  }
  function forget() {
    clear()
    name.textContent = why.textContent = steady = ""
    bars.replaceChildren()
    if (camera.stream) note.textContent = data.words.loading
  }
  function rate() {
    const now = performance.now()
    if (!counted) return (counted = now) // what came before the first answer is no rate
    count += 1
    if (now - counted < RATE_MS) return
    const much = (count * 1000) / (now - counted)
    note.dataset.rate = much.toFixed(1)
    const told = filled(mode === "server" ? data.words.rate_server : data.words.rate, { rate: much < 3 ? much.toFixed(1) : Math.round(much) })
    note.textContent = mode === "server" ? `${told} ${because}` : told
    count = 0
    counted = now
  }
  function speak(shown, found) {
    const now = performance.now()
    if (shown !== steady) {
      steady = shown
      since = now
    }
    if (shown === heard || now - since < SAID_AFTER_MS) return
    heard = shown
    const region = document.getElementById("pawtune_said")
    region?.append(element("p", {}, found.isSure ? filled(data.words.said, { name: shown, share: percent(found.share) }) : `${shown}.`))
    while (region?.children.length > 3) region.firstChild.remove()
  }

  // === The model ===
  async function load() {
    asker?.close()
    asker = null
    mode = ""
    forget()
    const { files } = data
    if (!files) return serve("no_routes")
    const whole = (path) => new URL(path, document.baseURI).href
    try {
      const [asking, painting, network] = await Promise.all(["asker.js", "heat.js", "network.js"].map((script) => import(whole(files.scripts + script))))
      if (!network.canAsk()) return serve("old_browser")
      painter = painting
      const opened = await asking.openAsker({ engineUrl: whole(files.engine), modelUrl: whole(files.model), detailsUrl: whole(files.details) })
      if (ended || files !== data.files) return opened.close()
      asker = opened
      mode = "browser"
      dress()
      if (frozen) again()
    } catch (error) {
      if (!ended && files === data.files) serve("no_engine", error.message)
    }
  }
  function serve(reason, message = "") {
    mode = "server"
    because = filled(data.words[reason], { why: message })
    note.textContent = because
    clear()
    dress()
    if (frozen) again()
  }
  function askServer() {
    const number = ++asked
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(null), PATIENCE_MS)
      hears = (given) => {
        if (given.number !== number) return
        clearTimeout(late)
        if (given.why) note.textContent = filled(data.words.server_failed, given)
        resolve(given.found ?? null)
      }
      live.tell("asked", { photo: camera.jpeg(SERVER_PX), number })
    })
  }
  const hear = (/** @type {any} */ { detail }) => detail.map === data?.key && hears?.(detail)
  window.addEventListener("pawtune-photos", hear)

  // === The controls ===
  function pressed(one, is) {
    one.setAttribute("aria-pressed", String(is))
  }
  function pause(is) {
    frozen = is
    count = counted = 0
    pressed(freeze, is)
    stage.classList.toggle("frozen", is)
    if (is) video.pause()
    else if (camera.stream) video.play().catch(() => {})
  }
  function takeFrame() {
    if (video.videoWidth) live.tell("taken", { photo: camera.jpeg(), at: Date.now() })
  }
  function dress() {
    const { words } = data
    for (const [one, text] of [[mirror, words.mirror], [freeze, words.freeze], [look, words.heat], [take, words.take]]) one.textContent = text
    video.setAttribute("aria-label", words.picture)
    for (const one of [mirror, freeze, look]) if (!one.hasAttribute("aria-pressed")) pressed(one, false)
    look.hidden = !data.tells_where || mode === "server"
    root.dataset.mode = mode
  }

  live.take = (given) => {
    const before = data
    data = { ...given, files: before && JSON.stringify(before.files) === JSON.stringify(given.files) ? before.files : given.files }
    dress()
    if (!before) camera.open()
    if (!before || before.files !== data.files) load()
  }
  live.end = () => {
    ended = true
    camera.end()
    asker?.close()
    window.removeEventListener("pawtune-photos", hear)
  }
  return live
}

const lives = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".live")
  if (!lives.has(root)) lives.set(root, makeLive(root))
  const live = lives.get(root)
  live.tell = setTriggerValue
  if (data) live.take(data)
  return () => {
    live.end()
    lives.delete(root)
  }
}
