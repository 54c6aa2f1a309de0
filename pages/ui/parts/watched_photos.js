// Photos whose answers change from point to point of a curve: played here, or turned by hand.

const KEPT = new WeakMap() // root -> {at, past, timer}: outlasts new data
const WHOLE_MS = 1800 // of a playback
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)")

function tile(photo, data) {
  const name = data.classes[photo.label]
  const labelled = filled(data.words.labelled, { name })
  return element(
    "li",
    { title: labelled },
    element("img", { src: jpegUrl(photo.jpeg), alt: labelled }),
    element("div", { class: "said" }, element("span"), element("span")),
  )
}

// Whether what is shown now only goes on from what was shown before.
function goesOn(past, now) {
  if (!past || past.points.length > now.points.length) return false
  const start = (data) => JSON.stringify([data.photos, data.called.slice(0, past.points.length), past.points.length])
  return start(past) === start(now)
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".watched")
  const kept = KEPT.get(root) ?? { at: 0 }
  KEPT.set(root, kept)
  const last = data.points.length - 1
  const button = element("button", { type: "button" })
  const slider = element("input", { type: "range", min: "0", max: String(last), "aria-label": data.words.along })
  const state = element("output", {})
  const tiles = data.photos.map((photo) => tile(photo, data))
  root.setAttribute("aria-label", data.summary)
  if (data.columns) {
    root.style.setProperty("--columns", data.columns)
    root.style.setProperty("--narrow", data.columns)
    root.style.setProperty("--widest", "none")
  }
  root.replaceChildren(
    element("p", {}, data.summary),
    element("div", { class: "bar" }, button, slider, state),
    element("ol", {}, ...tiles),
  )

  const show = (at) => {
    kept.at = at
    slider.value = String(at)
    const called = data.called[at]
    const right = data.photos.filter((photo, i) => called[i] === photo.label).length
    state.textContent = filled(data.words.state, { point: data.points[at], right, all: data.photos.length })
    slider.setAttribute("aria-valuetext", state.textContent)
    tiles.forEach((li, i) => {
      const isRight = called[i] === data.photos[i].label
      li.className = isRight ? "right" : "wrong"
      const [name, share] = li.lastChild.children
      name.textContent = `${isRight ? "✓" : "✗"} ${data.classes[called[i]]}`
      share.textContent = `${data.percent[at][i]} %`
    })
  }
  const pause = () => {
    clearInterval(kept.timer)
    kept.timer = null
    button.textContent = data.words.play
  }
  const play = () => {
    pause()
    show(0)
    button.textContent = data.words.pause
    const pace = Math.min(400, Math.max(60, WHOLE_MS / (last + 1)))
    kept.timer = setInterval(() => (kept.at < last ? show(kept.at + 1) : pause()), pace)
  }
  button.onclick = () => (kept.timer ? pause() : play())
  slider.oninput = () => {
    pause()
    show(Number(slider.value))
  }

  const same = goesOn(kept.past, data)
  const isNew = !same || kept.past.points.length < data.points.length
  kept.past = data
  pause()
  if (same) show(isNew ? last : Math.min(kept.at, last))
  else if (STILL.matches || !last) show(last)
  else play()
  return () => clearInterval(kept.timer)
}
