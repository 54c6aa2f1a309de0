// Photos one large, the others small: arrow keys go through them, one key says what one is.
// Everything that is shown comes as data; what is said goes back as a trigger.

const KEPT = new WeakMap() // root -> {signature, at, said}: outlasts new data

// What may be said of a photo: each with its key; a class that is none of these comes from a list.
function verdicts(photo, data) {
  const likely = photo.predicted !== photo.label ? photo.predicted : data.classes.length === 2 ? 1 - photo.label : null
  const found = [{ key: "c", said: data.fine, text: data.words.correct }]
  if (likely !== null) found.push({ key: "w", said: likely, text: filled(data.words.wrong, { name: data.classes[likely] }) })
  found.push({ key: "b", said: data.bad, text: data.words.bad })
  return found
}

function badge(said, data) {
  if (said === undefined) return ""
  return said === data.fine ? "✓" : said === data.bad ? "✕" : "→"
}

function spoken(said, data) {
  if (said === undefined) return data.words.unsaid
  if (said === data.fine) return data.words.correct
  return said === data.bad ? data.words.bad : filled(data.words.wrong, { name: data.classes[said] })
}

function stage(photo, kept, data, say) {
  const said = kept.said.get(photo.id)
  const pictures = [{ jpeg: photo.jpeg, alt: photo.alt }, ...photo.heat].map((one) =>
    element("figure", {}, element("img", { src: jpegUrl(one.jpeg), alt: one.alt }), ...(one.told ? [element("figcaption", {}, one.told)] : [])),
  )
  const told = element("p", { class: photo.right ? "right" : "wrong" }, element("b", { "aria-hidden": "true" }, photo.right ? "✓ " : "✗ "), photo.told)
  const side = element("div", { class: "side" }, told, element("p", { class: "loss" }, photo.loss))
  if (data.judged) {
    for (const one of verdicts(photo, data)) {
      side.append(
        element(
          "button",
          { type: "button", class: "verdict", "aria-pressed": String(said === one.said), "aria-keyshortcuts": one.key.toUpperCase(), onclick: () => say(one.said) },
          element("span", {}, one.text),
          element("kbd", {}, one.key.toUpperCase()),
        ),
      )
    }
    if (data.classes.length > 2) side.append(list(photo, said, data, say))
  }
  return element("div", { class: photo.heat.length ? "stage several" : "stage" }, element("div", { class: "pictures" }, ...pictures), side)
}

function list(photo, said, data, say) {
  const shown = new Set(verdicts(photo, data).map((one) => one.said))
  const select = element("select", { "aria-label": data.words.other, onchange: () => say(select.value === "" ? said : Number(select.value)) })
  select.append(element("option", { value: "" }, data.words.other))
  data.classes.forEach((name, index) => {
    if (index === photo.label || shown.has(index)) return
    const option = element("option", { value: String(index) }, filled(data.words.wrong, { name }))
    option.selected = said === index
    select.append(option)
  })
  return select
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".viewer")
  const kept = KEPT.get(root) ?? { wanted: new Map() }
  KEPT.set(root, kept)
  if (kept.signature !== data.signature) {
    Object.assign(kept, { signature: data.signature, at: 0, said: new Map(data.said) })
  }
  kept.at = Math.min(kept.at, data.photos.length - 1)
  const inside = () => root.contains(root.getRootNode().activeElement)
  const hadFocus = inside()
  const news = element("div", { class: "unseen", "aria-live": "polite" })
  const view = element("div", {})
  const thumbs = data.photos.map((photo, at) =>
    element(
      "button",
      { type: "button", onclick: () => go(at) },
      element("img", { src: jpegUrl(photo.jpeg), alt: photo.alt, draggable: "false" }),
      element("span", { class: "badge", "aria-hidden": "true" }),
    ),
  )
  const draw = () => {
    view.replaceChildren(stage(data.photos[kept.at], kept, data, say))
    thumbs.forEach((button, at) => {
      const photo = data.photos[at]
      const said = kept.said.get(photo.id)
      button.className = [photo.right ? "right" : "wrong", at === kept.at ? "current" : ""].join(" ").trim()
      button.tabIndex = at === kept.at ? 0 : -1
      button.setAttribute("aria-current", String(at === kept.at))
      button.lastChild.textContent = badge(said, data)
    })
  }
  const go = (at) => {
    if (at < 0 || at >= data.photos.length) return
    kept.at = at
    draw()
    thumbs[at].focus()
    news.textContent = filled(data.words.place, { number: at + 1, all: data.photos.length })
  }
  const say = (verdict) => {
    const photo = data.photos[kept.at]
    if (kept.said.get(photo.id) === verdict) kept.said.delete(photo.id)
    else kept.said.set(photo.id, verdict)
    kept.wanted.set(photo.id, kept.said.get(photo.id) ?? null)
    setTriggerValue("said", { all: Object.fromEntries(kept.wanted), at: Date.now() })
    news.textContent = spoken(kept.said.get(photo.id), data)
    if (kept.said.has(photo.id) && kept.at + 1 < data.photos.length) go(kept.at + 1)
    else {
      draw()
      thumbs[kept.at].focus()
    }
  }
  const columns = () => {
    const top = thumbs[0].offsetTop
    return Math.max(1, thumbs.filter((button) => button.offsetTop === top).length)
  }
  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns(), Home: -kept.at, End: data.photos.length - 1 - kept.at }
    const verdict = data.judged && verdicts(data.photos[kept.at], data).find((one) => one.key === event.key.toLowerCase())
    if (!(event.key in steps) && !verdict) return
    event.preventDefault()
    if (verdict) say(verdict.said)
    else go(kept.at + steps[event.key])
  }
  root.setAttribute("aria-label", data.words.label)
  root.replaceChildren(view, element("div", { class: "thumbs", role: "group", "aria-label": data.words.all }, ...thumbs), element("p", { class: "keys" }, data.judged ? data.words.keys : data.words.arrows), news)
  draw()
  if (hadFocus) thumbs[kept.at].focus({ preventScroll: true })
}
