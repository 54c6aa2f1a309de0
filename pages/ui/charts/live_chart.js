// Accuracy and loss side by side, drawn anew within a frame: nothing is mounted again, so nothing
// flashes. All numbers and words come as data; keeping a try goes back as a trigger.

const HEIGHT = 250
const EDGE = { left: 46, right: 12, top: 10, bottom: 30 }
const RING = 9 // round the best point, its line included
const STATE = new WeakMap() // root -> { data, send, at, observer }

function scales(chart, data, width) {
  const [low, high] = chart.range
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom }
  return {
    x: (value) => EDGE.left + (inner.width * (value - data.first)) / (data.last - data.first || 1),
    y: (value) => EDGE.top + (inner.height * (high - value)) / (high - low),
    back: (pixel) => data.first + ((pixel - EDGE.left) * (data.last - data.first)) / inner.width,
  }
}

function said(chart, value) {
  return chart.percent ? `${(100 * value).toFixed(1)} %` : value.toFixed(3)
}

function axes(drawing, chart, data, scale, width) {
  for (const tick of chart.ticks) {
    const y = scale.y(tick)
    drawing.append(svg("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y }))
    const text = chart.percent ? `${Math.round(100 * tick)} %` : String(tick)
    drawing.append(svg("text", { class: "axis", x: EDGE.left - 6, y: y + 4, "text-anchor": "end" }, text))
  }
  const every = Math.max(1, Math.ceil((data.last - data.first) / (width < 320 ? 5 : 10)))
  for (let at = Math.ceil(data.first / every) * every; at <= data.last; at += every) {
    drawing.append(svg("text", { class: "axis", x: scale.x(at), y: HEIGHT - 14, "text-anchor": "middle" }, String(at)))
  }
  drawing.append(svg("text", { class: "axis", x: width - EDGE.right, y: HEIGHT - 2, "text-anchor": "end" }, data.along))
}

function phases(drawing, data, scale, width) {
  if (data.switch === null) return
  const x = scale.x(data.switch + 0.5)
  if (data.coming) {
    const right = scale.x(data.planned)
    drawing.append(svg("rect", { class: "coming", x, y: EDGE.top, width: Math.max(0, right - x), height: HEIGHT - EDGE.top - EDGE.bottom }))
  }
  drawing.append(svg("line", { class: "phase", x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }))
  const end = x > width * 0.6
  const room = end ? x - EDGE.left : width - EDGE.right - x
  const words = data.coming && room > 150 ? data.words.coming : room > 70 ? data.words.tuning : ""
  drawing.append(svg("text", { class: "axis", x: end ? x - 5 : x + 5, y: EDGE.top + 12, "text-anchor": end ? "end" : "start" }, words))
}

function curve(drawing, line, key, chart, scale, kind) {
  const values = line.values[key]
  const points = line.x.map((x, i) => [x, values[i]]).filter(([, value]) => value !== null && value !== undefined)
  if (!points.length) return
  const place = points.map(([x, value]) => `${scale.x(x).toFixed(1)},${scale.y(value).toFixed(1)}`).join(" ")
  const style = { class: `curve ${line.kind} ${kind}`, points: place, stroke: kind === "training" ? line.second : line.colour }
  if (kind === "validation" && line.dash) style["stroke-dasharray"] = line.dash
  drawing.append(svg("polyline", style))
  if (line.kind === "ghost" || kind === "training") return
  for (const [x, value] of points) {
    drawing.append(svg("circle", { class: "point", cx: scale.x(x), cy: scale.y(value), r: points.length > 40 ? 1.5 : 3, fill: line.colour }))
  }
  const best = points.find(([x]) => x === line.best)
  if (best) drawing.append(svg("circle", { class: "best", cx: scale.x(best[0]), cy: scale.y(best[1]), r: 7, stroke: line.colour }))
}

function cursor(drawing, chart, state, scale, tip) {
  const { data, at } = state
  if (at === null) return
  drawing.append(svg("line", { class: "cursor", x1: scale.x(at), x2: scale.x(at), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }))
  const rows = data.lines.flatMap((line) => {
    const i = line.x.indexOf(at)
    const value = i < 0 ? null : line.values[`val_${chart.measure}`][i]
    if (value === null || value === undefined) return []
    const swatch = element("i", {})
    swatch.style.background = line.colour
    const told = [element("div", {}, swatch, `${line.name}: ${said(chart, value)}`)]
    const learned = line.kind === "ghost" ? null : line.values[chart.measure][i]
    if (learned !== null && learned !== undefined) told.push(element("div", { class: "small" }, `${data.words.training} ${said(chart, learned)}`))
    return told
  })
  tip.replaceChildren(element("div", { class: "small" }, `${data.along} ${at}`), ...rows)
  tip.hidden = !rows.length
  const left = scale.x(at)
  tip.style.left = left > 180 ? "" : `${left + 10}px`
  tip.style.right = left > 180 ? `calc(100% - ${left - 10}px)` : ""
}

function drawOne(root, chart, state) {
  const { data } = state
  const holder = root.querySelector(`[data-measure=${chart.measure}] .holder`)
  const width = Math.max(160, holder.clientWidth)
  const scale = scales(chart, data, width)
  const drawing = holder.querySelector("svg")
  drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`)
  drawing.setAttribute("aria-label", chart.alt)
  drawing.replaceChildren()
  axes(drawing, chart, data, scale, width)
  phases(drawing, data, scale, width)
  // What lies beyond the axes leaves the chart; drawn at its edge it would be another number.
  const inside = svg("g", { "clip-path": `url(#inside-${chart.measure})` })
  const clip = svg("clipPath", { id: `inside-${chart.measure}` })
  const [wide, tall] = [width - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom]
  clip.append(svg("rect", { x: EDGE.left - RING, y: EDGE.top - RING, width: wide + 2 * RING, height: tall + 2 * RING }))
  drawing.append(clip, inside)
  for (const line of data.lines) {
    // One training curve beside each validation curve would hide what is compared.
    const front = line.kind === "now" || (line.kind === "run" && !data.lines.some((one) => one.kind === "now"))
    if (front) curve(inside, line, chart.measure, chart, scale, "training")
    curve(inside, line, `val_${chart.measure}`, chart, scale, "validation")
  }
  cursor(drawing, chart, state, scale, holder.querySelector(".tip"))
  drawing.onpointermove = (event) => {
    const box = drawing.getBoundingClientRect()
    const at = Math.round(scale.back(((event.clientX - box.left) * width) / box.width))
    const within = Math.min(data.last, Math.max(data.first, at))
    if (within !== state.at) {
      state.at = within
      draw(root)
    }
  }
  drawing.onpointerleave = () => {
    state.at = null
    for (const tip of root.querySelectorAll(".tip")) tip.hidden = true
    draw(root)
  }
}

function frame(root, data) {
  const charts = data.charts.map((chart) => {
    const drawing = svg("svg", { role: "img", height: HEIGHT })
    const tip = element("div", { class: "tip", "aria-hidden": "true" })
    tip.hidden = true
    return element("figure", { "data-measure": chart.measure }, element("figcaption", {}, chart.title), element("div", { class: "holder" }, drawing, tip))
  })
  root.replaceChildren(
    element("dl", { class: "numbers" }),
    element("div", { class: "charts" }, ...charts),
    element("ul", { class: "legend" }),
    element("details", {}, element("summary", { "aria-label": data.words.table, title: data.words.table }, grid()), element("div", { class: "table", tabindex: "0" })),
  )
}

// The icon of a table.
function grid() {
  const icon = svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" })
  icon.append(svg("path", { d: "M3 3h14v14H3zM3 7.5h14M8 7.5V17M3 12h14" }))
  return icon
}

function numbers(root, data) {
  const told = data.numbers.map((one) => element("div", {}, element("dt", {}, one.label), element("dd", {}, one.value), element("dd", { class: "small" }, one.note)))
  root.querySelector(".numbers").replaceChildren(...told)
}

function legend(root, data, send) {
  const items = [...data.lines].reverse().map((line) => {
    const swatch = element("i", {})
    swatch.style.background = line.colour
    const item = element("li", { class: line.kind, "data-line": line.id }, swatch, element("span", { title: line.title }, line.name))
    if (line.score) item.append(element("span", { class: "small" }, line.score))
    if (line.keep) {
      const keep = () => send("kept", { id: line.id, at: Date.now() })
      item.append(element("button", { type: "button", title: data.words.why_keep, "aria-label": `${data.words.keep}: ${line.name}`, onclick: keep }, data.words.keep))
    }
    return item
  })
  root.querySelector(".legend").replaceChildren(...items, element("li", { class: "small" }, data.words.kinds))
}

function table(root, data) {
  const details = root.querySelector("details")
  const fill = () => {
    if (!details.open) return
    const heads = data.lines.flatMap((line) => data.charts.map((chart) => `${line.name}, ${chart.title.toLowerCase()}`))
    const lines = []
    for (let at = data.first; at <= data.last; at += 1) {
      const cells = data.lines.flatMap((line) => {
        const i = line.x.indexOf(at)
        return data.charts.map((chart) => (i < 0 ? null : line.values[`val_${chart.measure}`][i]) ?? null).map((value, n) => element("td", {}, value === null ? "" : said(data.charts[n], value)))
      })
      lines.push(element("tr", {}, element("th", { scope: "row" }, String(at)), ...cells))
    }
    const head = element("tr", {}, element("th", { scope: "col" }, data.along), ...heads.map((text) => element("th", { scope: "col" }, text)))
    root.querySelector(".table").replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...lines)))
  }
  details.ontoggle = fill
  fill()
}

function draw(root) {
  const state = STATE.get(root)
  for (const chart of state.data.charts) drawOne(root, chart, state)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".live")
  if (!STATE.has(root)) {
    frame(root, data)
    const observer = new ResizeObserver(() => draw(root))
    STATE.set(root, { data, at: null, observer })
    observer.observe(root)
  }
  const state = STATE.get(root)
  state.data = data
  numbers(root, data)
  legend(root, data, setTriggerValue)
  table(root, data)
  draw(root)
  // What a measurement waits for: which content is drawn, and how many points of a run.
  root.dataset.drawn = data.mark
  const runs = data.lines.filter((line) => line.kind === "run")
  root.dataset.points = Math.max(0, ...runs.map((line) => line.x.filter((at) => at > 0).length))
  return () => state.observer.disconnect()
}
