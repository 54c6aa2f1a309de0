// The photos of one box, and every way into it but the button above them: dropping files and
// folders anywhere on the card, and pasting. Both hand their files to the card's own uploader, so
// that there is one way to the server; the camera has its own.

const KEPT = new WeakMap() // root -> what outlasts a redraw: listeners
const DRAGGED = "application/x-pawtune-photo"

const cardOf = (root) => root.getRootNode().host?.closest("[class*='st-key-new_set_card_']")

// The uploader of a card. The page draws it after the strip now and then: what came waits for it.
function uploaderOf(root, kept) {
  return new Promise((resolve) => {
    const look = () => {
      const input = cardOf(root)?.querySelector("input[type=file]")
      if (!input) return false
      watcher.disconnect()
      resolve(input)
      return true
    }
    const watcher = new MutationObserver(look)
    kept.listening.signal.addEventListener("abort", () => watcher.disconnect())
    if (!look()) watcher.observe(document.body, { childList: true, subtree: true })
  })
}

async function hand(root, kept, files) {
  if (!files.length) return
  const input = await uploaderOf(root, kept)
  const focused = document.activeElement
  if (focused instanceof HTMLInputElement && focused.type === "text") focused.blur() // takes a name that is being typed
  const carrier = new DataTransfer()
  for (const file of files) carrier.items.add(file)
  input.files = carrier.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}

// All files below an entry of a drop; their names tell the folders above them.
async function filesBelow(entry, above = "") {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject))
    return entry.name.startsWith(".") ? [] : [above ? new File([file], above + file.name, { type: file.type }) : file]
  }
  const reader = entry.createReader()
  const found = []
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (!some.length) return found
    for (const one of some) found.push(...(await filesBelow(one, `${above}${entry.name}/`)))
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean)
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files]
  return (await Promise.all(entries.map((entry) => filesBelow(entry)))).flat()
}

// Whether a paste is meant for this card: the pointer or the focus is on it, or it is the pile's
// and no other card has either.
function isMeant(card, isPile) {
  const has = (one) => one.matches(":hover") || one.contains(document.activeElement)
  if (has(card)) return true
  return isPile && ![...document.querySelectorAll("[class*='st-key-new_set_card_']")].some(has)
}

function listen(root, kept) {
  const stop = new AbortController()
  const options = { capture: true, signal: stop.signal }
  const card = cardOf(root)
  const shown = (is) => card.toggleAttribute("data-dropping", is)
  for (const kind of ["dragenter", "dragover"]) {
    card.addEventListener(kind, (event) => {
      event.preventDefault()
      event.stopPropagation()
      shown(true)
    }, options)
  }
  card.addEventListener("dragleave", (event) => {
    event.stopPropagation()
    if (!card.contains(event.relatedTarget)) shown(false)
  }, options)
  card.addEventListener("drop", async (event) => {
    event.preventDefault()
    event.stopPropagation()
    shown(false)
    const photo = event.dataTransfer.getData(DRAGGED)
    if (photo) kept.send("moved", { photo, to: kept.data.box })
    else hand(root, kept, await dropped(event.dataTransfer))
  }, options)
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (!files.length || !isMeant(card, kept.data.box === 0)) return
    event.preventDefault()
    hand(root, kept, files)
  }, { signal: stop.signal })
  return stop
}

function tile(photo, kept) {
  const { words } = kept.data
  const picture = photo.jpeg
    ? element("img", { src: jpegUrl(photo.jpeg), alt: photo.name })
    : element("span", { class: photo.mark ? "bad" : "soon", title: photo.told }, photo.mark ? photo.name : "")
  const open = element("button", { type: "button", class: "open", "aria-label": filled(words.open, { name: photo.name }) }, picture)
  const remove = element("button", { type: "button", class: "remove", "aria-label": filled(words.remove, { name: photo.name }), title: words.remove_it }, "×")
  const made = element("li", { class: photo.mark, title: photo.told || photo.name, draggable: "true" }, open, remove)
  if (photo.mark) made.append(element("span", { class: "mark", "aria-hidden": "true" }, photo.mark === "rejected" ? "!" : "≈"))
  open.onclick = () => menu(photo, kept)
  open.onkeydown = (event) => {
    if (event.key === "Delete" || event.key === "Backspace") kept.send("removed", { photo: photo.key })
  }
  remove.onclick = () => kept.send("removed", { photo: photo.key })
  made.ondragstart = (event) => event.dataTransfer.setData(DRAGGED, photo.key)
  return made
}

// What can be done with one photo, below all of them: no layer that hides others.
function menu(photo, kept) {
  const place = kept.root.querySelector(".menu")
  const { words, others } = kept.data
  const said = photo.told ? [element("p", {}, photo.told)] : []
  const button = (label, send) => {
    const made = element("button", { type: "button" }, label)
    made.onclick = () => {
      place.replaceChildren()
      send()
    }
    return made
  }
  const close = button(words.close, () => kept.root.querySelector(".open")?.focus())
  place.replaceChildren(
    ...said,
    ...others.map((one) => button(filled(words.move, one), () => kept.send("moved", { photo: photo.key, to: one.box }))),
    button(words.remove_it, () => kept.send("removed", { photo: photo.key })),
    close,
  )
  place.onkeydown = (event) => {
    if (event.key === "Escape") close.click()
  }
  place.querySelector("button").focus()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".strip")
  const kept = KEPT.get(root) ?? {}
  KEPT.set(root, kept)
  Object.assign(kept, { data, root, send: setTriggerValue })
  kept.listening ??= listen(root, kept)
  root.classList.toggle("pile", !data.box)
  const list = root.querySelector("ol")
  list.setAttribute("aria-label", data.label)
  list.replaceChildren(...data.photos.map((photo) => tile(photo, kept)))
  list.hidden = !data.photos.length
  const empty = root.querySelector(".empty")
  empty.textContent = data.words[!data.is_empty ? "drop_more" : data.box ? "empty" : "empty_pile"]
  empty.classList.toggle("slim", !data.is_empty)
  root.querySelector(".menu").replaceChildren()
  root.querySelector(".more").textContent = data.more
  return () => {
    kept.listening.abort()
    KEPT.delete(root)
  }
}
