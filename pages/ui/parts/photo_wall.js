// Photos as a wall that scrolls: only what is in sight is drawn, and asked for.

const GAP = 8, CAPTION = 24, SMALLEST = 132, FEWEST = 3
const MOST_ASKED = 48, KEPT_SMALL = 900, KEPT_LARGE = 12, REST_MS = 60, PATIENCE_MS = 4000, PICKS_MS = 120
const REOPENED_MS = 3000 // a wall that comes back within this time was only moved
const SMALL = new Map() // key -> picture: of all walls, the one that was used last at the end
const LEFT = new Map() // name -> where a wall stood when it went

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const keysOf = (text) => Array.from(new BigUint64Array(bytesOf(text).buffer), (one) => one.toString(16).padStart(16, "0"))

function remember(kept, key, value, most) {
  kept.delete(key)
  kept.set(key, value)
  if (kept.size > most) kept.delete(kept.keys().next().value)
}

function makeWall(root) {
  const list = element("ul", { role: "list" })
  const scroll = element("div", { class: "scroll" }, list)
  const large = new Map(), tiles = new Map()
  let data, index = new Map(), picked = new Set(), generation, anchor = -1, cursor = 0
  let columns = 1, side = SMALLEST, asking = 0, resting, telling, wide = []
  const wall = {
    tell: /** @type {(what: string, told: any) => void} */ (() => {}),
    indexOf: (id) => index.get(id) ?? -1,
    large: (i) => large.get(data.places[i]),
    altOf: (i) => filled(data.words.alt, { split: data.split_names[data.splits[i]], label: data.classes[data.labels[i]] }),
    want(some) {
      wide = some.filter((i) => !large.has(data.places[i]))
      ask()
    },
    closed(i) {
      wide = []
      reveal(i)
      tiles.get(i)?.querySelector("button").focus()
    },
  }
  const viewer = makeViewer(wall)
  root.replaceChildren(scroll, viewer.dialog)

  // === What is drawn ===
  const height = () => side + CAPTION + GAP
  function fit() {
    if (!data || !scroll.clientWidth) return
    const width = scroll.clientWidth
    columns = Math.max(Math.min(FEWEST, data.places.length), Math.floor((width + GAP) / (SMALLEST + GAP)))
    side = (width - GAP * (columns - 1)) / columns
    const rows = Math.ceil(data.places.length / columns)
    list.style.height = `${rows * height() - GAP}px`
    scroll.style.maxHeight = data.rows ? `${Math.min(rows, data.rows) * height() + (rows > data.rows ? side / 3 : 0)}px` : ""
    draw()
  }
  function inSight(more) {
    const top = Math.floor((scroll.scrollTop - more) / height()), end = Math.ceil((scroll.scrollTop + scroll.clientHeight + more) / height())
    return [Math.max(0, top * columns), Math.min(data.places.length, end * columns)]
  }
  function draw() {
    if (!data) return
    const [first, last] = inSight(scroll.clientHeight / 2)
    for (const [i, tile] of tiles) if ((i < first || i >= last) && i !== cursor) { tile.remove(); tiles.delete(i) }
    for (let i = first; i < last; i++) if (!tiles.has(i)) add(i)
    if (cursor < data.places.length && !tiles.has(cursor)) add(cursor)
    tiles.forEach(dress)
    clearTimeout(resting)
    resting = setTimeout(ask, REST_MS)
  }
  function add(i) {
    const alt = wall.altOf(i)
    const open = element("button", { type: "button", class: "open", "aria-label": alt, onclick: (event) => click(i, event) }, element("img", { alt: "", draggable: "false" }))
    const tile = element("li", { "aria-setsize": data.places.length, "aria-posinset": i + 1 }, open)
    if (data.picks) {
      const tick = element("input", { type: "checkbox", "aria-label": filled(data.words.pick, { alt }), onclick: (event) => pick(i, event.shiftKey) })
      tile.append(tick)
    }
    const label = data.classes[data.labels[i]]
    tile.append(element("span", { class: "label" }, data.with_split ? `${label} · ${data.split_names[data.splits[i]].toLowerCase()}` : label))
    tiles.set(i, tile)
    const after = [...tiles.keys()].filter((one) => one > i)
    list.insertBefore(tile, after.length ? tiles.get(Math.min(...after)) : null)
  }
  function dress(tile, i) {
    const isPicked = picked.has(data.places[i])
    tile.style.cssText = `left:${(i % columns) * (side + GAP)}px;top:${Math.floor(i / columns) * height()}px;width:${side}px;--side:${side}px`
    tile.classList.toggle("picked", isPicked)
    const open = tile.firstChild, tick = tile.querySelector("input"), img = open.firstChild
    open.tabIndex = i === cursor ? 0 : -1
    if (tick) { tick.checked = isPicked; tick.tabIndex = i === cursor ? 0 : -1 }
    const picture = SMALL.get(data.keys[i])
    if (picture && !img.src) img.src = picture
    root.classList.toggle("picking", picked.size > 0)
  }

  // === What is asked for ===
  function ask() {
    if (!data || asking) return
    const small = missing()
    if (!small.length && !wide.length) return
    asking = setTimeout(() => { asking = 0; ask() }, PATIENCE_MS)
    wall.tell("wanted", { version: data.version, small: small.map((i) => data.places[i]), large: wide.map((i) => data.places[i]), at: Date.now() })
  }
  function missing() {
    const [first, last] = inSight(0), [before, behind] = inSight(scroll.clientHeight)
    const order = [...range(first, last), ...range(last, behind), ...range(before, first)]
    return order.filter((i) => !SMALL.has(data.keys[i])).slice(0, MOST_ASKED)
  }
  const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  function came(given) {
    for (const one of given.small) remember(SMALL, one.key, jpegUrl(one.picture), KEPT_SMALL)
    if (!data || given.version !== data.version) return
    for (const one of given.large) remember(large, one.place, { picture: jpegUrl(one.picture), facts: one.facts }, KEPT_LARGE)
    wide = wide.filter((i) => !large.has(data.places[i]))
    clearTimeout(asking)
    asking = 0
    if (given.generation !== generation) {
      generation = given.generation
      picked = new Set(given.picked)
    }
    draw()
    if (given.large.length) viewer.came()
  }

  // === What is picked ===
  function click(i, event) {
    cursor = i
    if (data.picks && (event.ctrlKey || event.metaKey || event.shiftKey)) return pick(i, event.shiftKey)
    viewer.open(i)
  }
  function pick(i, through) {
    const on = !picked.has(data.places[i])
    for (const one of through && anchor >= 0 ? range(Math.min(anchor, i), Math.max(anchor, i) + 1) : [i]) {
      if (on || through) picked.add(data.places[one])
      else picked.delete(data.places[one])
    }
    anchor = cursor = i
    told()
  }
  function told() {
    draw()
    clearTimeout(telling)
    telling = setTimeout(() => wall.tell("picked", { version: data.version, photos: [...picked].sort((a, b) => a - b), at: Date.now() }), PICKS_MS)
  }

  // === Keys ===
  function reveal(i) {
    cursor = i
    const top = Math.floor(i / columns) * height()
    if (top < scroll.scrollTop) scroll.scrollTop = top
    else if (top + height() > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + height() - scroll.clientHeight
    draw()
  }
  function go(i, extend) {
    const to = Math.min(Math.max(i, 0), data.places.length - 1)
    if (extend && data.picks) {
      if (anchor < 0) anchor = cursor
      for (const one of range(Math.min(anchor, to), Math.max(anchor, to) + 1)) picked.add(data.places[one])
      told()
    }
    reveal(to)
    tiles.get(to).firstChild.focus({ preventScroll: true })
  }
  list.onkeydown = (event) => {
    const page = Math.max(1, Math.floor(scroll.clientHeight / height())) * columns
    const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, ArrowUp: cursor - columns, ArrowDown: cursor + columns, PageUp: cursor - page, PageDown: cursor + page, Home: 0, End: data.places.length - 1 }[event.key]
    const all = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a"
    let done = true
    if (to !== undefined) go(to, event.shiftKey)
    else if (event.key === " " && /** @type {Element} */ (event.target).matches("button") && data.picks) pick(cursor, false)
    else if (all && data.picks) { picked = new Set(data.places); told() }
    else if (event.key === "Escape" && picked.size) { picked.clear(); told() }
    else done = false
    if (done) event.preventDefault()
    if (event.key !== "Tab") event.stopPropagation()
  }
  list.addEventListener("focusin", (event) => {
    const found = [...tiles].find(([, tile]) => tile.contains(event.target))
    if (found) cursor = found[0]
  })
  scroll.onscroll = () => requestAnimationFrame(draw)
  const watcher = new ResizeObserver(fit)
  watcher.observe(scroll)
  const hear = (event) => { if (event.detail.map === data?.name && event.detail.wall) came(event.detail.wall) }
  window.addEventListener("pawtune-photos", hear)

  wall.take = (given) => {
    const told = JSON.stringify([given.version, given.places, given.rows, given.picks, given.changes])
    if (told === wall.told) return
    const first = !data
    wall.told = told
    if (data?.version !== given.version) large.clear()
    data = { ...given, places: new Uint32Array(bytesOf(given.places).buffer), keys: keysOf(given.keys), labels: new Uint16Array(bytesOf(given.labels).buffer), splits: bytesOf(given.splits) }
    index = new Map(data.keys.map((key, i) => [`${key} ${data.labels[i]}`, i]))
    tiles.forEach((tile) => tile.remove())
    tiles.clear()
    anchor = -1
    cursor = Math.min(cursor, data.places.length - 1)
    list.setAttribute("aria-label", data.called)
    clearTimeout(asking)
    asking = 0
    const left = first && LEFT.get(data.name)
    fit()
    viewer.take(data)
    if (left && Date.now() - left.when < REOPENED_MS) {
      scroll.scrollTop = left.top
      const again = left.key === undefined ? -1 : data.keys.indexOf(left.key)
      if (again >= 0) viewer.open(again)
      viewer.goOn(left.said)
    }
  }
  wall.end = () => {
    if (data) LEFT.set(data.name, { top: scroll.scrollTop, key: data.keys[viewer.at], said: viewer.left(), when: Date.now() })
    watcher.disconnect()
    clearTimeout(resting)
    clearTimeout(asking)
    clearTimeout(telling)
    window.removeEventListener("pawtune-photos", hear)
  }
  return wall
}

const walls = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".photos")
  if (!walls.has(root)) walls.set(root, makeWall(root))
  const wall = walls.get(root)
  wall.tell = setTriggerValue
  if (data) wall.take(data)
  return () => {
    wall.end()
    walls.delete(root)
  }
}
