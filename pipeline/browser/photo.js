// How a picture becomes the square that a network takes: as Pillow does it, number for number.
//
// A photo is first kept with its longest side at most 512 pixels (Lanczos, after whole blocks were
// averaged), then squashed to the square (triangles). Not covered: what JPEG loses in between.

const KEPT_PX = 512 // `canonical.CANONICAL_SIDE_PX`
const GAP = 2 // Pillow's `reducing_gap`
const BITS = 22 // of Pillow's fixed-point weights for 8-bit pictures

/** @typedef {HTMLVideoElement | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | ImageData} Source */
/** @typedef {{data: Uint8ClampedArray | Uint8Array, width: number, height: number}} Pixels RGBA, row by row */
/** @typedef {{support: number, at: (x: number) => number}} Filter */

/** @type {Filter} */
const TRIANGLE = { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) }
/** @type {Filter} */
const LANCZOS = { support: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) }

/** @param {number} x */
const sinc = (x) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI))

/** @type {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D | null} */
let drawn = null

/**
 * The network's input.
 * @param {Source} source What is seen; a video gives its frame of this moment.
 * @param {number} side Side S of the square, in pixels.
 * @returns {Float32Array} S x S x 3, RGB in [0, 255], whole numbers.
 */
export function squareOf(source, side) {
  const kept = keptOf(pixelsOf(source))
  const square = resized(kept, side, side, TRIANGLE)
  const input = new Float32Array(side * side * 3)
  for (let from = 0, to = 0; to < input.length; from += 4) {
    input[to++] = square.data[from]
    input[to++] = square.data[from + 1]
    input[to++] = square.data[from + 2]
  }
  return input
}

/**
 * What a source shows, on white.
 * @param {Source} source
 * @returns {Pixels}
 */
export function pixelsOf(source) {
  if (typeof ImageData !== "undefined" && source instanceof ImageData) return source
  const [width, height] = sizeOf(source)
  if (!width || !height) throw new Error("The picture is empty.")
  if (!drawn) drawn = context(width, height)
  if (drawn.canvas.width !== width) drawn.canvas.width = width
  if (drawn.canvas.height !== height) drawn.canvas.height = height
  drawn.fillStyle = "#fff"
  drawn.fillRect(0, 0, width, height)
  drawn.drawImage(/** @type {CanvasImageSource} */ (source), 0, 0, width, height)
  return drawn.getImageData(0, 0, width, height)
}

/**
 * @param {Source} source
 * @returns {[number, number]} Width and height, in pixels.
 */
export function sizeOf(source) {
  const any = /** @type {any} */ (source)
  return [any.videoWidth ?? any.naturalWidth ?? any.width, any.videoHeight ?? any.naturalHeight ?? any.height]
}

/** @param {number} width @param {number} height */
function context(width, height) {
  const canvas = typeof OffscreenCanvas === "undefined" ? Object.assign(document.createElement("canvas"), { width, height }) : new OffscreenCanvas(width, height)
  return /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }))
}

/**
 * A photo as PawTune keeps it, but for its compression.
 * @param {Pixels} photo
 * @returns {Pixels}
 */
export function keptOf(photo) {
  const scale = Math.min(1, KEPT_PX / Math.max(photo.width, photo.height))
  const [width, height] = [photo.width, photo.height].map((one) => Math.max(1, evenRound(one * scale)))
  if (width === photo.width && height === photo.height) return photo
  const across = Math.max(1, Math.floor(photo.width / width / GAP)), down = Math.max(1, Math.floor(photo.height / height / GAP))
  if (across === 1 && down === 1) return resized(photo, width, height, LANCZOS)
  return resized(reduced(photo, across, down), width, height, LANCZOS, photo.width / across, photo.height / down)
}

/** @param {number} x Rounded as Python does: halves to the even one. */
function evenRound(x) {
  const below = Math.floor(x)
  return x - below === 0.5 ? below + (below % 2) : Math.round(x)
}

/**
 * Blocks of pixels, averaged; those at the end may be cut.
 * @param {Pixels} photo @param {number} across @param {number} down
 * @returns {Pixels}
 */
function reduced(photo, across, down) {
  const width = Math.ceil(photo.width / across), height = Math.ceil(photo.height / down)
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    const bottom = Math.min(photo.height, (y + 1) * down)
    for (let x = 0; x < width; x++) {
      const right = Math.min(photo.width, (x + 1) * across)
      const count = (bottom - y * down) * (right - x * across)
      let red = 0, green = 0, blue = 0
      for (let row = y * down; row < bottom; row++) {
        for (let at = (row * photo.width + x * across) * 4, end = (row * photo.width + right) * 4; at < end; at += 4) {
          red += photo.data[at]
          green += photo.data[at + 1]
          blue += photo.data[at + 2]
        }
      }
      const to = (y * width + x) * 4
      data[to] = Math.floor(red / count + 0.5)
      data[to + 1] = Math.floor(green / count + 0.5)
      data[to + 2] = Math.floor(blue / count + 0.5)
    }
  }
  return { data, width, height }
}

/**
 * Scale a picture: across first, then down, each rounded to whole numbers.
 * @param {Pixels} photo
 * @param {number} width @param {number} height Of the result.
 * @param {Filter} filter
 * @param {number} [right] Where the picture ends across, in its pixels.
 * @param {number} [bottom] Where it ends downwards.
 * @returns {Pixels} The last number of each pixel means nothing.
 */
export function resized(photo, width, height, filter = TRIANGLE, right = photo.width, bottom = photo.height) {
  let { data, width: had } = photo
  if (width !== photo.width || right !== photo.width) {
    data = pass(data, photo.height, had * 4, 4, weights(photo.width, right, width, filter), width * 4, 4)
    had = width
  }
  if (height !== photo.height || bottom !== photo.height) {
    data = pass(data, had, 4, had * 4, weights(photo.height, bottom, height, filter), 4, had * 4)
  }
  return { data, width, height }
}

/** @typedef {{count: number, first: Int32Array, length: Int32Array, weight: Int32Array, most: number}} Weights */

/** @type {Map<string, Weights>} */
const made = new Map()

/**
 * How much each pixel counts in each of the result's, in one direction.
 * @param {number} size Pixels there are. @param {number} end Where the last one ends.
 * @param {number} wanted @param {Filter} filter
 * @returns {Weights}
 */
function weights(size, end, wanted, filter) {
  const key = `${size} ${end} ${wanted} ${filter.support}`
  const known = made.get(key)
  if (known) return known
  const scale = end / wanted, stretch = Math.max(1, scale), support = filter.support * stretch
  const most = Math.ceil(support) * 2 + 1
  const first = new Int32Array(wanted), length = new Int32Array(wanted), weight = new Int32Array(wanted * most)
  for (let place = 0; place < wanted; place++) {
    const centre = (place + 0.5) * scale
    const from = Math.max(0, Math.trunc(centre - support + 0.5))
    const to = Math.min(size, Math.trunc(centre + support + 0.5))
    const some = Array.from({ length: to - from }, (_, x) => filter.at((x + from - centre + 0.5) / stretch))
    const total = some.reduce((sum, one) => sum + one, 0)
    some.forEach((one, x) => {
      const share = (total ? one / total : one) * 2 ** BITS
      weight[place * most + x] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5)
    })
    first[place] = from
    length[place] = to - from
  }
  if (made.size > 16) made.clear()
  made.set(key, { count: wanted, first, length, weight, most })
  return /** @type {Weights} */ (made.get(key))
}

/**
 * One direction of `resized`; three of each pixel's four numbers.
 * @param {Uint8ClampedArray | Uint8Array} data
 * @param {number} lines How many lines there are, `line` numbers apart; along each, `step` apart.
 * @param {number} line @param {number} step
 * @param {Weights} weights
 * @param {number} toLine @param {number} toStep The same of the result.
 */
function pass(data, lines, line, step, { count, first, length, weight, most }, toLine, toStep) {
  const result = new Uint8Array(lines * count * 4)
  const half = 2 ** (BITS - 1)
  for (let one = 0; one < lines; one++) {
    for (let place = 0; place < count; place++) {
      let red = half, green = half, blue = half
      let at = one * line + first[place] * step
      for (let k = place * most, end = k + length[place]; k < end; k++, at += step) {
        const much = weight[k]
        red += data[at] * much
        green += data[at + 1] * much
        blue += data[at + 2] * much
      }
      const to = one * toLine + place * toStep
      result[to] = clipped(red)
      result[to + 1] = clipped(green)
      result[to + 2] = clipped(blue)
    }
  }
  return result
}

/** @param {number} sum */
const clipped = (sum) => (sum <= 0 ? 0 : Math.min(255, sum >> BITS))
