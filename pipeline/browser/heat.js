// Where in a picture the network sees a class, as `pipeline/classify/heatmap.py` says.

/** @typedef {import("./numbers.js").Kernel} Kernel */

// Inferno of van der Walt and Smith (matplotlib, CC0) at nine even steps.
const COLOURS = [[0, 0, 4], [33, 12, 74], [87, 16, 110], [137, 34, 106], [188, 55, 84], [227, 89, 51], [249, 140, 10], [249, 201, 50], [252, 255, 164]]

/**
 * What each cell of the feature map adds to a class's lead over the others.
 * @param {Float32Array} map h x w x F.
 * @param {Kernel} kernel Of the head, see `numbers.js`.
 * @param {number} classIndex
 * @returns {Float32Array} h x w, any sign.
 */
export function heatOf(map, { values, features, outputs }, classIndex) {
  const counts = leadOf(outputs, classIndex)
  const leads = new Float64Array(features)
  for (let i = 0, at = 0; i < features; i++) for (let k = 0; k < outputs; k++, at++) leads[i] += values[at] * counts[k]
  const heat = new Float32Array(map.length / features)
  for (let cell = 0, at = 0; cell < heat.length; cell++) {
    let sum = 0
    for (let i = 0; i < features; i++, at++) sum += map[at] * leads[i]
    heat[cell] = sum
  }
  return heat
}

/** How often each logit counts in a class's lead. @param {number} outputs @param {number} classIndex */
function leadOf(outputs, classIndex) {
  if (outputs === 1) return [classIndex === 1 ? 1 : -1] // already the lead of class 1 over class 0
  return Array.from({ length: outputs }, (_, k) => (k === classIndex ? 1 : -1 / (outputs - 1)))
}

/**
 * What speaks for the class, from 0 to the largest value as 1; what speaks against it is 0.
 * @param {Float32Array} heat
 */
export function normalised(heat) {
  const top = Math.max(0, ...heat)
  return heat.map((one) => (top > 0 ? Math.min(1, Math.max(0, one / top)) : 0))
}

/** The colour of a value. @param {number} heat 0 to 1 @returns {number[]} RGB in [0, 255] */
export function colourOf(heat) {
  const place = Math.min(1, Math.max(0, heat)) * (COLOURS.length - 1)
  const below = Math.min(Math.floor(place), COLOURS.length - 2), rest = place - below
  return COLOURS[below].map((one, i) => one * (1 - rest) + COLOURS[below + 1][i] * rest)
}

/**
 * Paint a map over the whole of what a context has drawn.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} heat Of a square map, see `heatOf`.
 * @param {number} [strength] 0 leaves the picture as it is, 1 shows the map alone.
 */
export function paintOver(context, heat, strength = 0.4) {
  const side = Math.round(Math.sqrt(heat.length))
  const cells = document.createElement("canvas")
  cells.width = cells.height = side
  const paint = new ImageData(side, side)
  normalised(heat).forEach((one, cell) => paint.data.set([...colourOf(one), 255], cell * 4))
  cells.getContext("2d")?.putImageData(paint, 0, 0)
  context.save()
  context.globalAlpha = strength
  context.imageSmoothingEnabled = true
  // Stretched from centre to centre, as the picture on the page is; the borders go on.
  context.drawImage(cells, 0, 0, context.canvas.width, context.canvas.height)
  context.restore()
}
