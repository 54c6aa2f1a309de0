// The map of photos: looks, hovers, chooses; `point_numbers.js` and `point_painter.js` stand before it.
const MOVING_MS = 600, REST_MS = 80, NEAR_PX = 14, NEAREST = 10, KEPT_PHOTOS = 600;
const maps = new WeakMap();

function makeMap(root) {
  const get = (name) => root.querySelector(`.${name}`);
  const box = get("map"), top = get("marks"), bubble = get("bubble");
  const pen = top.getContext("2d"), spoken = get("spoken"), slider = get("moment");
  const painter = painterOn(get("points")), canvas = painter.canvas;
  let data, stamp, from, to, codes, look, photos = new Map();
  let view = null, least = 1, at = 1, lasso = null, cursor = -1, lassoing = true, asked = -1, timer, frame;
  const chosen = new Set(), hidden = new Set();
  const map = { tell: /** @type {(what: string, told: any) => void} */ (() => {}), take, end, show };

  // === Where things are, in pixels of the screen ===
  const dpr = () => window.devicePixelRatio || 1;
  const scale = () => view.scale;
  /** @type {() => [number, number]} */
  const middle = () => [box.clientWidth / 2, box.clientHeight / 2];
  /** @type {(i: number) => [number, number]} */
  function xy(i) {
    const x = from[2 * i] + at * (to[2 * i] - from[2 * i]);
    const y = from[2 * i + 1] + at * (to[2 * i + 1] - from[2 * i + 1]);
    const [left, above] = middle();
    return [(x - view.x) * scale() + left, (y - view.y) * scale() + above];
  }
  function whole() {  // the largest view that shows every point, before and after
    const [[x, wide], [y, tall]] = spansOf(data.before ? [from, to] : [to]);
    return { x, y, scale: 0.92 * Math.min(box.clientWidth / wide, box.clientHeight / tall) };
  }
  const seen = (i) => !hidden.has(codes[i]);
  const near = ([x, y], most) => {
    let best = -1, least = most * most;
    for (let i = 0; i < codes.length; i++) {
      if (!seen(i)) continue;
      const [px, py] = xy(i), away = (px - x) ** 2 + (py - y) ** 2;
      if (away < least) { least = away; best = i; }
    }
    return best;
  };
  const nearest = (i, count) => {
    const [x, y] = xy(i);
    const away = (j) => { const [a, b] = xy(j); return (a - x) ** 2 + (b - y) ** 2; };
    return [...codes.keys()].filter(seen).map((j) => [away(j), j])
      .sort((a, b) => a[0] - b[0]).slice(0, count).map((pair) => pair[1]);
  };

  // === Paint ===
  const pointSize = () => Math.min(12, Math.max(2.8, 200 / Math.sqrt(codes.length + 300)) *
    Math.sqrt(scale() / least)) * dpr();
  function redraw() { frame ??= requestAnimationFrame(paint); }
  function paint() {
    frame = undefined;
    if (!data || !view) return;
    const zoomed = { x: view.x, y: view.y, scale: view.scale * dpr() };
    painter.paint(zoomed, at, pointSize());
    pen.setTransform(dpr(), 0, 0, dpr(), 0, 0);
    pen.clearRect(0, 0, top.width, top.height);
    pen.strokeStyle = pen.fillStyle = getComputedStyle(box).color;
    pen.lineWidth = 2;
    if (lasso?.line) {
      pen.setLineDash([6, 4]);
      pen.beginPath();
      lasso.line.forEach(([x, y]) => pen.lineTo(x, y));
      pen.closePath();
      pen.stroke();
      pen.setLineDash([]);
    }
    paintMarks(pen, data, codes.length, xy, seen);
    if (cursor >= 0 && cursor < codes.length) {
      const [x, y] = xy(cursor);
      pen.beginPath();
      pen.arc(x, y, 9, 0, 7);
      pen.stroke();
      bubble.style.left = `${Math.min(Math.max(x, 70), box.clientWidth - 70)}px`;
      bubble.style.top = `${y}px`;
      bubble.classList.toggle("below", y < 170);
    }
    bubble.hidden = cursor < 0;
  }
  function dress() {
    look ??= new Uint8Array(4 * codes.length);
    codes.forEach((code, i) => {
      const kind = hidden.has(code) ? HIDDEN : !chosen.size ? PLAIN : chosen.has(i) ? CHOSEN : FAINT;
      look.set([...data.colours[code], kind], 4 * i);
    });
    painter.looks(look);
    redraw();
  }
  function fit() {
    for (const one of [canvas, top]) {
      one.width = box.clientWidth * dpr();
      one.height = box.clientHeight * dpr();
    }
    if (!data) return;
    least = whole().scale;
    view ??= whole();
    redraw();
  }
  const watcher = new ResizeObserver(fit);
  watcher.observe(box);

  // === What comes from the server ===
  function take(given) {
    data = given;
    if (given.stamp === stamp) return;
    stamp = given.stamp;
    const places = placesOf(given.places), moves = to?.length === places.length && !given.before;
    from = given.before ? placesOf(given.before) : moves ? current() : places;
    to = places;
    codes = unpacked(given.codes);
    if (codes.length * 4 !== look?.length) { look = null; cursor = -1; }
    view = null;
    chosen.clear();
    hidden.clear();
    painter.places(from, to);
    get("moments").hidden = !given.before;
    at = given.before ? Number(slider.value) : moves ? 0 : 1;
    if (moves) move(performance.now());
    box.setAttribute("aria-label", given.alt);
    legend();
    fit();
    dress();
  }
  const current = () => from.map((one, i) => one + at * (to[i] - one));
  function move(began) {
    if (data.before) return;
    at = Math.min(1, (performance.now() - began) / MOVING_MS);
    redraw();
    if (at < 1) requestAnimationFrame(() => move(began));
  }
  function legend() {
    const list = get("legend");
    list.replaceChildren(...data.legend.map(([name, photos], code) => {
      const dot = element("i", { style: `background: rgb(${data.colours[code]})` });
      const button = element("button", { type: "button", "aria-pressed": "true", title: "Hide or show" }, dot, `${name} (${photos})`);
      button.onclick = () => {
        hidden.has(code) ? hidden.delete(code) : hidden.add(code);
        button.setAttribute("aria-pressed", String(!hidden.has(code)));
        dress();
      };
      return button;
    }));
  }

  // === The photo at the pointer ===
  function point(i) {
    cursor = i;
    clearTimeout(timer);
    redraw();
    if (i < 0) return;
    const words = data.legend[codes[i]][0];
    bubble.replaceChildren(photos.get(i) ?? "", element("span", {}, words));
    spoken.textContent = words;
    if (!photos.has(i) && asked !== i) timer = setTimeout(() => ask(i), REST_MS);
  }
  function ask(i) {
    asked = i;
    const missing = nearest(i, 9).filter((one) => one !== i && !photos.has(one));
    map.tell("hover", [i, ...missing]);
  }
  function show(given) {
    for (const { index, picture, alt } of given) {
      photos.set(index, element("img", { src: picture, alt }));
      if (photos.size > KEPT_PHOTOS) photos.delete(photos.keys().next().value);
    }
    asked = -1;
    if (photos.has(cursor)) point(cursor);
  }

  // === Mouse, pen and finger ===
  /** @type {(event: MouseEvent) => [number, number]} */
  const where = (event) => {
    const edge = box.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  box.onpointerdown = (event) => {
    if (event.button || !data) return;
    box.setPointerCapture(event.pointerId);
    const start = where(event), chooses = lassoing !== event.shiftKey;
    lasso = { start, last: start, line: chooses ? [start] : null };
  };
  box.onpointermove = (event) => {
    const now = where(event);
    if (!data) return;
    if (!lasso) return point(near(now, NEAR_PX));
    if (lasso.line) lasso.line.push(now);
    else {
      view.x -= (now[0] - lasso.last[0]) / scale();
      view.y -= (now[1] - lasso.last[1]) / scale();
    }
    lasso.last = now;
    redraw();
  };
  box.onpointerup = (event) => {
    const line = lasso?.line, [x, y] = where(event);
    const still = lasso && Math.hypot(x - lasso.start[0], y - lasso.start[1]) < 4;
    lasso = null;
    if (still && (!line || line.length < 6)) return point(near([x, y], NEAR_PX));
    if (!line) return;
    choose([...codes.keys()].filter((i) => seen(i) && inside(xy(i), line)), event.ctrlKey);
    hand();
  };
  box.onpointercancel = () => { lasso = null; redraw(); };
  box.onpointerleave = () => { if (!lasso && root.activeElement !== box) point(-1); };
  box.onwheel = (event) => {
    if (root.activeElement !== box && !event.ctrlKey) return;  // else the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), where(event));
  };
  function zoom(times, [x, y]) {
    const [left, above] = middle();
    const next = Math.min(Math.max(view.scale * times, least / 2), 200 * least);
    view.x += (x - left) * (1 / view.scale - 1 / next);
    view.y += (y - above) * (1 / view.scale - 1 / next);
    view.scale = next;
    redraw();
  }
  function choose(some, more) {
    if (!more) chosen.clear();
    some.forEach((i) => chosen.add(i));
    dress();
    spoken.textContent = `${chosen.size} chosen`;
  }
  const hand = () => map.tell("chosen", [...chosen].sort((a, b) => a - b));

  // === Keys and buttons ===
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function step([dx, dy]) {
    if (cursor < 0) return point(near(middle(), Infinity));
    const [x, y] = xy(cursor);
    let best = -1, least = Infinity;
    for (let i = 0; i < codes.length; i++) {
      if (!seen(i) || i === cursor) continue;
      const [px, py] = xy(i), along = (px - x) * dx + (py - y) * dy;
      const beside = Math.abs((px - x) * dy + (py - y) * dx);
      if (along > 0 && beside <= along && along + beside < least) { least = along + beside; best = i; }
    }
    if (best >= 0) point(best);
  }
  const KEYS = {
    " ": () => { chosen.has(cursor) ? chosen.delete(cursor) : choose([cursor], true); dress(); },
    n: () => choose(nearest(cursor, NEAREST), true),
    Enter: hand,
    Escape: () => choose([]),
    "+": () => zoom(1.5, middle()),
    "-": () => zoom(1 / 1.5, middle()),
    0: () => { view = whole(); redraw(); },
  };
  box.onkeydown = (event) => {
    const does = WAYS[event.key] ? () => step(WAYS[event.key]) : KEYS[event.key];
    if (!does || !data || ((event.key === " " || event.key === "n") && cursor < 0)) return;
    event.preventDefault();
    does();
  };
  box.onblur = () => point(-1);
  const mode = (chooses) => {
    lassoing = chooses;
    box.classList.toggle("lassoing", chooses);
    get("choose").setAttribute("aria-pressed", String(chooses));
    get("pan").setAttribute("aria-pressed", String(!chooses));
  };
  get("choose").onclick = () => mode(true);
  get("pan").onclick = () => mode(false);
  get("closer").onclick = KEYS["+"];
  get("wider").onclick = KEYS["-"];
  get("all").onclick = KEYS[0];
  slider.oninput = () => { at = Number(slider.value); redraw(); };
  mode(!matchMedia("(pointer: coarse)").matches);  // a finger shall scroll the page

  const hear = (event) => { if (event.detail.map === data?.name) show(event.detail.photos); };
  window.addEventListener("pawtune-photos", hear);
  function end() {
    watcher.disconnect();
    clearTimeout(timer);
    window.removeEventListener("pawtune-photos", hear);
    painter.end();
  }
  // For measuring: the milliseconds of one frame, painted to the end.
  box.frame = () => { const began = performance.now(); paint(); painter.wait(); return performance.now() - began; };
  box.where = xy;
  box.dataset.painter = painter.name;
  return map;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let map = maps.get(parentElement);
  if (!map) maps.set(parentElement, (map = makeMap(parentElement)));
  map.tell = setTriggerValue;
  if (data) map.take(data);
  return () => { map.end(); maps.delete(parentElement); };
}
