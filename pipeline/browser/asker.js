// Asks a network from a page: it works in a worker, so that the page stays usable meanwhile.

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {Answer & {heat: Float32Array | null}} Told heat: see `heat.js`; null where not wanted or not told */
/** @typedef {{ask: (frame: ImageBitmap, wanted: {sureFrom: number, heat: boolean}) => Promise<Told>, close: () => void}} Asker */

/**
 * @param {object} given Whole addresses.
 * @param {string} given.engineUrl The folder of LiteRT.js's files.
 * @param {string} given.modelUrl The run's `model.tflite`.
 * @param {string} given.detailsUrl What `details.py` wrote.
 * @returns {Promise<Asker>} Ready to be asked; refused with a sentence of the server's, if it has one.
 */
export async function openAsker(given) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" })
  /** @type {Map<number, {resolve: (found: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map()
  let count = 0
  const failed = (/** @type {Error} */ error) => {
    waiting.forEach((one) => one.reject(error))
    waiting.clear()
  }
  worker.onerror = (event) => failed(new Error(event.message || "The network's program cannot be loaded."))
  worker.onmessage = ({ data }) => {
    const one = waiting.get(data.number)
    waiting.delete(data.number)
    if (data.error !== undefined) one?.reject(new Error(data.error))
    else one?.resolve(data.found)
  }
  const send = (/** @type {object} */ told, /** @type {Transferable[]} */ handed = []) => new Promise((resolve, reject) => {
    waiting.set(++count, { resolve, reject })
    worker.postMessage({ number: count, ...told }, handed)
  })
  let isClosed = false
  const closed = () => new DOMException("The network was closed.", "AbortError")
  const close = () => {
    isClosed = true
    worker.terminate()
    failed(closed())
  }
  try {
    await send({ open: given })
  } catch (error) {
    close()
    throw error
  }
  /** @type {Asker["ask"]} */
  const ask = (frame, wanted) => {
    if (!isClosed) return /** @type {Promise<Told>} */ (send({ frame, wanted }, [frame]))
    frame.close() // it was on its way meanwhile
    return Promise.reject(closed())
  }
  return { ask, close }
}
