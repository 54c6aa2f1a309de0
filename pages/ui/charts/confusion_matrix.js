// The confusion matrix as a table whose cells are buttons: one stop for Tab, arrow keys within.
// Everything that is shown comes as data; what is chosen goes back as a trigger.

const KEPT = new WeakMap() // root -> {at, wanted}: outlasts new data

function cell(data, row, column, chosen) {
  const count = data.counts[row][column]
  const isChosen = chosen && chosen[0] === row && chosen[1] === column
  const button = element(
    "button",
    {
      type: "button",
      title: data.cells[row][column],
      "aria-label": data.cells[row][column],
      "aria-pressed": count ? String(Boolean(isChosen)) : null,
      "aria-disabled": count ? null : "true",
      tabindex: "-1",
      class: [row !== column && count ? "mistake" : "", isChosen ? "chosen" : "", count ? "" : "zero"].join(" ").trim() || null,
    },
    data.numbers ? count.toLocaleString("en") : "",
  )
  const [fill, ink] = data.colours[row][column]
  if (fill) button.style.background = fill
  if (ink) button.style.color = ink
  return button
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".matrix")
  const kept = KEPT.get(root) ?? { at: [0, 0] }
  KEPT.set(root, kept)
  const size = data.names.length
  const hadFocus = root.contains(root.getRootNode().activeElement)
  const draw = (chosen) => {
    const buttons = data.counts.map((row, r) => row.map((_, c) => cell(data, r, c, chosen)))
    kept.at = chosen ?? kept.at.map((place) => Math.min(place, size - 1))
    const focus = () => buttons[kept.at[0]][kept.at[1]]
    focus().tabIndex = 0
    const press = (r, c) => {
      if (!data.counts[r][c]) return
      kept.at = [r, c]
      const isSame = chosen && chosen[0] === r && chosen[1] === c
      setTriggerValue("chosen", { cell: isSame ? null : [r, c], at: Date.now() })
      draw(isSame ? null : [r, c])
      root.querySelector("[tabindex='0']").focus()
    }
    const move = (event, r, c) => {
      const step = STEPS[event.key]
      if (!step) return
      event.preventDefault()
      const to = [r + step[0], c + step[1]]
      if (!buttons[to[0]]?.[to[1]]) return
      focus().tabIndex = -1
      kept.at = to
      focus().tabIndex = 0
      focus().focus()
    }
    buttons.forEach((line, r) =>
      line.forEach((button, c) => {
        button.onclick = () => press(r, c)
        button.onkeydown = (event) => move(event, r, c)
      }),
    )
    const head = element(
      "thead",
      {},
      element("tr", {}, element("td", { colspan: "2" }), element("th", { colspan: String(size), scope: "colgroup", class: "axis" }, data.words.predicted)),
      element("tr", {}, element("td", { colspan: "2" }), ...data.names.map((name) => element("th", { scope: "col", class: "column", title: name }, element("span", {}, name)))),
    )
    const body = element(
      "tbody",
      {},
      ...buttons.map((line, r) =>
        element(
          "tr",
          {},
          ...(r ? [] : [element("th", { rowspan: String(size), scope: "rowgroup", class: "axis actual" }, element("span", {}, data.words.actual))]),
          element("th", { scope: "row", class: "row", title: data.names[r] }, data.names[r]),
          ...line.map((button) => element("td", {}, button)),
        ),
      ),
    )
    const table = element("table", { class: data.shape }, element("caption", { class: "unseen" }, data.words.caption), head, body)
    const scroll = element("div", { class: "scroll" }, table)
    const before = root.querySelector(".scroll")
    const [left, top] = [before?.scrollLeft ?? 0, before?.scrollTop ?? 0]
    root.replaceChildren(scroll)
    scroll.scrollTo(left, top)
  }
  draw(data.chosen)
  if (hadFocus) root.querySelector("[tabindex='0']").focus({ preventScroll: true })
}
