// Small pictures in a row; the one that is clicked goes back as a trigger.

const KEPT = new WeakMap() // root -> {mark, send}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".pictures")
  const kept = KEPT.get(root) ?? {}
  KEPT.set(root, kept)
  kept.send = setTriggerValue
  const mark = data.pictures.map((one) => one.jpeg.length + one.jpeg.slice(-64) + one.name).join()
  if (kept.mark !== mark) {
    // Only then: a button that is made anew would lose the focus.
    kept.mark = mark
    const buttons = data.pictures.map((one, place) => {
      const choose = () => kept.send("chosen", { place, at: Date.now() })
      const image = element("img", { src: jpegUrl(one.jpeg), alt: "" })
      return element("button", { type: "button", title: one.name, "aria-label": one.name, onclick: choose }, image)
    })
    root.replaceChildren(...buttons)
  }
  root.setAttribute("aria-label", data.label)
  root.classList.toggle("small", data.small)
  ;[...root.children].forEach((button, place) => button.setAttribute("aria-pressed", String(place === data.chosen)))
}
