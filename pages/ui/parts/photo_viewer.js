// One photo as large as the window, with those before and behind it, and a key for each label.
// What is said is collected, shown at once, and sent ten at a time or when the view is closed.

const WITH_KEY = 9 // classes that have a number: 1 to 9
const SENT_AT = 10
const PATIENCE_OF_SENDING_MS = 6000, AGAIN_MS = 400

// The letter of a class: its first, where no other class and no command has it.
function lettersOf(classes) {
  const first = classes.map((name) => name.trim().charAt(0).toLowerCase())
  return first.map((letter, i) => (/\p{L}/u.test(letter) && !"xu".includes(letter) && first.indexOf(letter) === i && first.lastIndexOf(letter) === i ? letter : ""))
}

function makeViewer(wall) {
  let data, at = 0, letters = [], changes = [], sent = new Map(), busy = {}
  const img = element("img")
  const state = element("output", { "aria-live": "polite" })
  const previous = element("button", { type: "button", class: "previous", onclick: () => step(-1) }, "‹")
  const next = element("button", { type: "button", class: "next", onclick: () => step(1) }, "›")
  const close = element("button", { type: "button", class: "close", onclick: () => dialog.close() }, "✕")
  const now = element("p", { class: "now" })
  const labels = element("div", { class: "labels", role: "group" })
  const pending = element("div", { class: "pending" }, element("span"), element("button", { type: "button", onclick: undo }))
  const facts = element("dl")
  const help = element("p", { class: "help" })
  const stage = element("div", { class: "stage", tabindex: "-1" }, img, previous, next)
  const side = element("aside", {}, element("div", { class: "head" }, state, close), now, labels, pending, facts, help)
  const dialog = element("dialog", { class: "viewer" }, stage, side)

  const idAt = (i) => `${data.keys[i]} ${data.labels[i]}`
  const saidOf = (i) => changes.findLast((one) => one.id === idAt(i))?.label ?? sent.get(idAt(i)) ?? data.labels[i]

  function say(label) {
    if (!data.changes) return
    changes.push({ id: idAt(at), label })
    if (new Set(changes.map((one) => one.id)).size >= SENT_AT) send()
    step(1)
  }
  function undo() {
    const last = changes.pop()
    if (!last) return
    const i = wall.indexOf(last.id)
    show(i < 0 ? at : i)
  }
  function send() {
    clearTimeout(busy.later)
    if (!changes.length) return
    // What was sent makes another version, whose photos have other places: what was said since waits.
    if (busy.version === data.version && Date.now() < busy.until) {
      busy.later = setTimeout(send, AGAIN_MS)
      return
    }
    const said = new Map(changes.map((one) => [one.id, one.label]))
    changes = []
    const known = [...said].map(([id, label]) => [wall.indexOf(id), label]).filter(([i]) => i >= 0)
    sent = new Map([...sent, ...said])
    const kept = known.filter(([i, label]) => label >= 0 && label !== data.labels[i])
    const out = known.filter(([, label]) => label < 0)
    if (!kept.length && !out.length) return
    busy = { version: data.version, until: Date.now() + PATIENCE_OF_SENDING_MS }
    wall.tell("changed", {
      version: data.version,
      labels: kept.map(([i, label]) => [data.places[i], label]),
      removed: out.map(([i]) => data.places[i]),
    })
  }
  function step(by) {
    show(Math.min(Math.max(at + by, 0), data.places.length - 1))
  }

  function show(i) {
    at = i
    const words = data.words, label = saidOf(i), large = wall.large(i)
    const alt = wall.altOf(i)
    img.alt = alt
    if (large) img.src = large.picture
    else img.removeAttribute("src")
    stage.classList.toggle("out", label < 0)
    state.textContent = filled(words.state, { number: (i + 1).toLocaleString("en"), all: data.places.length.toLocaleString("en") })
    now.replaceChildren(label < 0 ? words.is_out : data.classes[label])
    previous.disabled = i === 0
    next.disabled = i === data.places.length - 1
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (labels.querySelectorAll("button[data-label]"))) button.setAttribute("aria-pressed", String(Number(button.dataset.label) === label))
    const many = new Set(changes.map((one) => one.id)).size
    pending.classList.toggle("none", !many)
    pending.firstChild.textContent = filled(words.pending, { number: many })
    facts.replaceChildren(...(large?.facts ?? []).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]))
    wall.want([i, i + 1, i - 1].filter((one) => one >= 0 && one < data.places.length))
  }

  const keys = (label) => [letters[label].toUpperCase(), String(label + 1)].filter(Boolean).map((key) => element("kbd", { "aria-hidden": "true" }, key))
  function dress() {
    const words = data.words
    dialog.setAttribute("aria-label", words.viewer)
    for (const [button, name] of [[previous, words.previous], [next, words.next], [close, words.close]]) {
      button.setAttribute("aria-label", name)
      button.title = name
    }
    pending.lastChild.textContent = words.undo
    help.textContent = data.changes ? words.keys : ""
    pending.hidden = labels.hidden = !data.changes
    labels.setAttribute("aria-label", words.change)
    letters = lettersOf(data.classes)
    const buttons = data.classes.slice(0, WITH_KEY).map((name, label) =>
      element("button", { type: "button", "data-label": label, onclick: () => say(label) }, element("span", {}, name), ...keys(label)))
    if (data.classes.length > WITH_KEY) {
      const more = element("select", { "aria-label": words.more, onchange: () => { const label = Number(more.value); more.value = ""; stage.focus(); say(label) } })
      more.append(element("option", { value: "" }, words.more))
      data.classes.forEach((name, label) => more.append(element("option", { value: label }, name)))
      buttons.push(more)
    }
    buttons.push(element("button", { type: "button", class: "take", onclick: () => say(-1) }, element("span", {}, words.out), element("kbd", { "aria-hidden": "true" }, "X")))
    labels.replaceChildren(...buttons)
  }

  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation() // the page has keys of its own
    if (event.ctrlKey || event.metaKey || event.altKey || /** @type {Element} */ (event.target).matches("select")) return
    const key = event.key.toLowerCase()
    const number = Number(key) - 1
    const label = number >= 0 && number < Math.min(WITH_KEY, data.classes.length) ? number : letters.indexOf(key)
    const does = {
      arrowleft: () => step(-1),
      arrowright: () => step(1),
      home: () => show(0),
      end: () => show(data.places.length - 1),
      x: () => say(-1),
      u: undo,
    }[key] ?? (key.length === 1 && key !== " " && label >= 0 ? () => say(label) : null)
    if (!does) return
    event.preventDefault()
    does()
  })
  dialog.onclose = () => {
    send()
    sent.clear()
    wall.closed(at)
  }

  return {
    dialog,
    open(i) {
      dress()
      if (!dialog.open) dialog.showModal()
      show(i)
      stage.focus()
    },
    // The list may be of another version now: the same photo stays open where it is still there.
    take(given) {
      const before = data && { id: idAt(at), keys: data.keys, version: data.version }
      data = given
      if (!before || !dialog.open) return
      if (before.version !== data.version) sent.clear()
      const same = wall.indexOf(before.id), place = new Map(data.keys.map((key, i) => [key, i]))
      // Else the photo that comes next; where none is left, this is another list.
      const near = [...before.keys.slice(at), ...before.keys.slice(0, at).reverse()].find((key) => place.has(key))
      if (same < 0 && near === undefined) return dialog.close()
      dress()
      show(same < 0 ? place.get(near) : same)
    },
    came: () => dialog.open && show(at),
    // What was said and not sent, for the wall that comes in the place of this one.
    left() {
      clearTimeout(busy.later)
      return changes
    },
    goOn(said) {
      changes = said
      if (!dialog.open) send()
      else show(at)
    },
    get at() { return dialog.open ? at : -1 },
  }
}
