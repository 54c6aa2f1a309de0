// The strip of blocks. `at` is the first layer that fine-tuning may change, 0 to 154.
const moving = new WeakMap() // strip -> where the line is while it is dragged

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const strip = parentElement.querySelector(".strip")
  const told = parentElement.querySelector(".told")
  const { blocks, idle } = data
  const last = blocks.length - 1
  const end = blocks[last].from

  if (!strip.children.length) {
    for (const block of blocks.slice(0, last)) {
      const digits = block.name.match(/^\d+$/)?.[0].length
      const cell = ["cell wide", "cell", "cell two"][digits ?? 0]
      strip.append(element("div", { class: cell }, block.name))
    }
    strip.append(element("div", { class: "line" }))
  }
  const cells = [...strip.querySelectorAll(".cell")]
  const line = strip.querySelector(".line")

  function draw(at) {
    let left = strip.clientWidth || 0
    cells.forEach((cell, number) => {
      const from = blocks[number].from
      const layers = blocks[number + 1].from - from
      const share = Math.min(1, Math.max(0, (at - from) / layers))
      cell.style.setProperty("--frozen", `${100 * share}%`)
      const cut = share > 0 && share < 1 // its name moves out of the line's way
      cell.style.textAlign = cut ? (share > 0.5 ? "left" : "right") : "center"
      if (at >= from && at < from + layers) left = cell.offsetLeft + share * cell.offsetWidth
    })
    line.style.left = `${left}px`
    told.textContent = data.told[at]
    strip.setAttribute("aria-valuenow", at)
    strip.setAttribute("aria-valuetext", data.told[at])
  }

  const now = () => moving.get(strip) ?? data.at
  strip.setAttribute("role", "slider")
  strip.setAttribute("aria-label", data.label)
  strip.setAttribute("aria-valuemin", 0)
  strip.setAttribute("aria-valuemax", end)
  strip.setAttribute("aria-disabled", idle ? "true" : "false")
  strip.tabIndex = idle ? -1 : 0
  strip.title = idle
  moving.delete(strip)
  draw(data.at)

  function put(at) {
    moving.set(strip, at)
    draw(at)
    if (at !== data.at) setTriggerValue("at", at)
  }

  // The place below the pointer: the nearest edge of a block, or with Shift the nearest layer.
  function under(event) {
    const x = event.clientX - strip.getBoundingClientRect().left
    const number = cells.findIndex(cell => x < cell.offsetLeft + cell.offsetWidth)
    if (number < 0) return end
    const share = Math.max(0, (x - cells[number].offsetLeft) / cells[number].offsetWidth)
    const from = blocks[number].from
    const layers = blocks[number + 1].from - from
    return from + (event.shiftKey ? Math.round(share * layers) : share < 0.5 ? 0 : layers)
  }

  strip.onpointerdown = event => {
    if (idle || event.button) return
    strip.setPointerCapture(event.pointerId)
    moving.set(strip, under(event))
    draw(now())
  }
  strip.onpointermove = event => {
    if (idle || !strip.hasPointerCapture(event.pointerId)) return
    moving.set(strip, under(event))
    draw(now())
  }
  strip.onpointerup = event => {
    if (!idle && strip.hasPointerCapture(event.pointerId)) put(under(event))
  }
  strip.onpointercancel = () => {
    moving.delete(strip)
    draw(data.at)
  }
  strip.onkeydown = event => {
    const at = now()
    const edges = blocks.map(block => block.from)
    const to = {
      ArrowLeft: event.shiftKey ? at - 1 : Math.max(...edges.filter(edge => edge < at), 0),
      ArrowRight: event.shiftKey ? at + 1 : Math.min(...edges.filter(edge => edge > at), end),
      Home: 0,
      End: end,
    }
    to.ArrowDown = to.ArrowLeft
    to.ArrowUp = to.ArrowRight
    if (idle || !(event.key in to)) return
    event.preventDefault()
    put(Math.min(end, Math.max(0, to[event.key])))
  }

  // The width is known only once the strip is laid out, and changes with the window.
  const watch = new ResizeObserver(() => draw(now()))
  watch.observe(strip)
  return () => watch.disconnect()
}
