// Runs as rows: a tick, the name (which stays in sight), a small curve, and what differs.
// A column that leads stands before the curve, and its words are wrapped.
// Everything that is shown comes as data; what is done goes back as a trigger.

const KEPT = new WeakMap() // root -> {sort, down, page}: outlasts new data

function sparkline(values, colour) {
  const drawing = svg("svg", { viewBox: "0 0 72 20", "aria-hidden": "true" })
  if (values.length > 1) {
    const low = Math.min(...values)
    const span = Math.max(...values) - low || 1
    const at = (value, i) => `${1 + (70 * i) / (values.length - 1)},${18 - (16 * (value - low)) / span}`
    drawing.append(svg("polyline", { points: values.map(at).join(" "), stroke: colour || "currentColor" }))
  }
  return drawing
}

function sorted(rows, kept) {
  if (kept.sort === undefined) return rows
  const value = (row) => (row.cells[kept.sort] ?? {}).sort ?? null
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    const order = x < y ? -1 : x > y ? 1 : 0
    return kept.down ? -order : order
  })
}

function head(data, kept, draw) {
  const line = element("tr")
  line.append(element("th", { scope: "col", class: "tick" }, element("span", { class: "unseen" }, data.words.tick)))
  line.append(element("th", { scope: "col", class: "name" }, data.words.run))
  const curve = element("th", { scope: "col" }, data.words.curve)
  if (!data.columns[0]?.leads) line.append(curve)
  for (const column of data.columns) {
    const isSorted = kept.sort === column.key
    const arrow = isSorted ? (kept.down ? " ↓" : " ↑") : ""
    const press = () => {
      kept.down = isSorted ? !kept.down : column.number
      kept.sort = column.key
      kept.page = 0
      draw()
    }
    const button = element("button", { type: "button", title: column.help, onclick: press }, column.label + arrow)
    const order = isSorted ? (kept.down ? "descending" : "ascending") : null
    line.append(element("th", { scope: "col", "aria-sort": order, class: column.number ? "number" : null }, button))
    if (column.leads) line.append(curve)
  }
  return element("thead", {}, line)
}

// Ticks that the server may not know of yet all go along: of two in one moment it hears the last.
function tick(one, data, wanted, send) {
  const box = element("input", {
    type: "checkbox",
    "aria-label": `${data.words.tick} ${one.name}`,
    disabled: one.curve.length ? null : "",
    onchange: (event) => {
      wanted.set(one.id, event.target.checked)
      send("ticked", { runs: Object.fromEntries(wanted), at: Date.now() })
    },
  })
  box.checked = wanted.get(one.id) ?? one.colour !== null
  return box
}

function row(one, data, wanted, send) {
  const line = element("tr", { class: one.current ? "current" : null, "data-run": one.id })
  const mark = element("span", { class: "mark" })
  if (one.colour) mark.style.background = one.colour
  line.append(element("td", { class: "tick" }, ...(data.ticks ? [tick(one, data, wanted, send)] : []), mark))
  const open = () => send("opened", { run: one.id, at: Date.now() })
  const name = element("th", { scope: "row", class: "name" })
  name.append(element("button", { type: "button", title: one.title, onclick: open }, one.name))
  for (const badge of one.badges) name.append(element("span", { class: `badge ${badge.kind}` }, badge.text))
  if (one.stop) {
    const stop = () => send("stopped", { run: one.id, at: Date.now() })
    name.append(element("button", { type: "button", class: "stop", onclick: stop }, data.words.stop))
  }
  const curve = element("td", { class: "curve" }, sparkline(one.curve, one.colour))
  line.append(name)
  if (!data.columns[0]?.leads) line.append(curve)
  for (const column of data.columns) {
    const cell = one.cells[column.key] ?? { text: "" }
    const kind = [column.number ? "number" : "", column.leads ? "leads" : "", cell.best ? "best" : ""].join(" ").trim()
    const shown = element("td", { class: kind || null, title: cell.title }, cell.text)
    if (cell.best) shown.append(element("span", { class: "unseen" }, ` ${data.words.best}`))
    line.append(shown)
    if (column.leads) line.append(curve)
  }
  return line
}

function pages(count, kept, data, draw) {
  const last = Math.ceil(count / data.most) - 1
  if (last < 1) return ""
  const go = (by) => () => {
    kept.page += by
    draw()
  }
  const from = kept.page * data.most
  const shown = `${from + 1}–${Math.min(count, from + data.most)} / ${count}`
  return element(
    "nav",
    { "aria-label": data.words.pages },
    element("button", { type: "button", disabled: kept.page ? null : "", onclick: go(-1) }, data.words.newer),
    element("span", {}, shown),
    element("button", { type: "button", disabled: kept.page < last ? null : "", onclick: go(1) }, data.words.older),
  )
}

// A shade at the right says that there is more.
function shade(scroll) {
  const look = () => scroll.classList.toggle("more", scroll.scrollWidth - scroll.clientWidth - scroll.scrollLeft > 1)
  scroll.onscroll = look
  new ResizeObserver(look).observe(scroll)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".runs")
  const kept = KEPT.get(root) ?? { page: 0, wanted: new Map() }
  KEPT.set(root, kept)
  for (const one of data.rows) if (kept.wanted.get(one.id) === (one.colour !== null)) kept.wanted.delete(one.id)
  const draw = () => {
    const rows = sorted(data.rows, kept)
    kept.page = Math.min(kept.page, Math.max(0, Math.ceil(rows.length / data.most) - 1))
    const from = kept.page * data.most
    const body = element("tbody", {}, ...rows.slice(from, from + data.most).map((one) => row(one, data, kept.wanted, setTriggerValue)))
    const table = element("table", {}, element("caption", { class: "unseen" }, data.words.caption), head(data, kept, draw), body)
    const scrolled = root.querySelector(".scroll")?.scrollLeft ?? 0
    root.replaceChildren(element("div", { class: "scroll", tabindex: "0" }, table), pages(rows.length, kept, data, draw))
    root.querySelector(".scroll").scrollLeft = scrolled
    shade(root.querySelector(".scroll"))
  }
  draw()
}
