// Runs a network in the browser with LiteRT.js: one frame after the other, nothing is sent.

import { squareOf } from "./photo.js"

/** @typedef {import("./photo.js").Source} Source */
/** @typedef {import("./numbers.js").Details} Details */
/** @typedef {{logits: Float32Array, pooled: Float32Array, map: Float32Array}} Seen */
/** @typedef {{ask: (source: Source) => Promise<Seen>, close: () => void}} Network */

const MODULE = "litert.js"
// A function that adds two vectors: what does not take it has no SIMD.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]

/** Whether this browser can run networks: WebAssembly with SIMD. */
export function canAsk() {
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(SIMD))
}

/** @type {Promise<any> | null} LiteRT.js, once for a page or a worker */
let engine = null

/** @param {string} engineUrl @param {((name: string) => string) | undefined} locate */
function loadEngine(engineUrl, locate) {
  const folder = new URL(engineUrl.endsWith("/") ? engineUrl : `${engineUrl}/`, globalThis.location.href).href
  const addressOf = locate ?? ((/** @type {string} */ name) => folder + name)
  engine ??= start(addressOf).catch((error) => {
    engine = null // so that it can be tried again
    throw error
  })
  return engine
}

/** @param {(name: string) => string} addressOf */
async function start(addressOf) {
  Reflect.set(globalThis, "pawtuneLocate", addressOf) // `litert.js` asks it where the rest is
  const litert = await import(addressOf(MODULE))
  await litert.loadLiteRt("")
  return litert
}

/**
 * Make a network ready to answer.
 * @param {object} given
 * @param {string} given.engineUrl The folder of LiteRT.js's files, see `engine.py`.
 * @param {Uint8Array | ArrayBuffer} given.modelBytes The run's `model.tflite`.
 * @param {Details} given.details What `details.py` wrote.
 * @param {(name: string) => string} [given.locate] Address of each of the engine's files by its
 *   name, for pages that have them elsewhere than in one folder.
 * @returns {Promise<Network>}
 */
export async function loadNetwork({ engineUrl, modelBytes, details, locate }) {
  const litert = await loadEngine(engineUrl, locate)
  const bytes = modelBytes instanceof Uint8Array ? modelBytes : new Uint8Array(modelBytes)
  const model = await litert.loadAndCompile(bytes, { accelerator: "wasm" })
  const side = details.image_size_px

  /** @param {Source} source @returns {Promise<Seen>} */
  async function answer(source) {
    const photos = new litert.Tensor(squareOf(source, side), [1, side, side, 3])
    try {
      const found = await model.run({ photos })
      try {
        const [logits, pooled, map] = ["logits", "pooled", "feature_map"].map((name) => found[name].toTypedArray().slice())
        return { logits, pooled, map }
      } finally {
        Object.values(found).forEach((tensor) => tensor.delete())
      }
    } finally {
      photos.delete()
    }
  }

  /** @type {Promise<unknown>} */
  let last = Promise.resolve()
  return {
    ask(source) {
      const next = last.then(() => answer(source)) // never two at once
      last = next.catch(() => {})
      return next
    },
    close() {
      last.then(() => model.delete())
    },
  }
}
