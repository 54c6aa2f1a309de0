// Photos sorted by how sure the answer is; a slider moves them from one side to the other.
// It moves them by itself; the server hears where the slider was let go of.

const KEPT = new WeakMap() // root -> {signature, at}: outlasts new data

function tile(one, at, data) {
  const made = element("li", { title: one.told })
  if (!data.sheet) {
    made.append(element("span", { class: "letter", role: "img", "aria-label": one.told }, one.letter))
    return made
  }
  const picture = element("span", { role: "img", "aria-label": one.told })
  const [column, row] = [at % data.columns, Math.floor(at / data.columns)]
  picture.style.backgroundImage = `url(${jpegUrl(data.sheet)})`
  picture.style.backgroundSize = `${data.columns * 100}% ${data.rows * 100}%`
  const along = (place, of) => (of > 1 ? (place / (of - 1)) * 100 : 0)
  picture.style.backgroundPosition = `${along(column, data.columns)}% ${along(row, data.rows)}%`
  made.append(picture)
  return made
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".wall")
  const kept = KEPT.get(root) ?? {}
  KEPT.set(root, kept)
  if (kept.signature === data.signature) return
  Object.assign(kept, { signature: data.signature, at: data.percent })
  const tiles = data.tiles.map((one, at) => tile(one, at, data))
  const slider = element("input", { type: "range", min: "1", max: "99", step: "1", "aria-label": data.words.slider })
  const state = element("output", {})
  const heads = [0, 1].map(() => element("h2", {}))
  const sides = [0, 1].map((side) => element("ul", { "aria-label": data.names[side], tabindex: "0" }))
  root.replaceChildren(
    element("label", {}, element("span", {}, data.words.slider), slider, state),
    element("div", { class: "sides" }, ...[0, 1].map((side) => element("div", { class: "side" }, heads[side], sides[side]))),
    ...(data.words.part ? [element("p", {}, data.words.part)] : []),
  )
  const show = (percent) => {
    kept.at = percent
    const mille = percent * 10
    slider.value = String(percent)
    state.textContent = `${percent} %`
    slider.setAttribute("aria-valuetext", state.textContent)
    const found = [[], []]
    data.tiles.forEach((one, at) => {
      const side = one.mille >= mille ? 1 : 0
      tiles[at].className = one.wrong[side] ? "wrong" : "right"
      found[side].push(tiles[at])
    })
    const right = data.all.filter((value) => value >= mille).length
    const counts = [data.all.length - right, right]
    found[0].reverse()
    sides.forEach((list, side) => {
      list.replaceChildren(...found[side])
      heads[side].textContent = `${data.names[side]} · ${counts[side].toLocaleString("en")}`
    })
  }
  slider.oninput = () => show(Number(slider.value))
  slider.onchange = () => setTriggerValue("moved", { percent: kept.at, at: Date.now() })
  show(data.percent)
}
