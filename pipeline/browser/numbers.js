// Reads what `details.py` writes: a network's classes, and the numbers that answers need.

/** @typedef {{shape: number[], float32: string}} Packed little-endian, in base64 */
/**
 * @typedef {object} Details
 * @property {string[]} classes In the order of the answers.
 * @property {number} image_size_px Side of the square that the network takes.
 * @property {number} sure_from The least share that gives a name, 0 to 1.
 * @property {number} temperature What logits are divided by.
 * @property {Packed | null} kernel Of the head, F x L; null where a run does not tell.
 * @property {{centre: Packed, directions: Packed, variances: Packed, rest: number, limit: number} | null} familiar
 */
/** @typedef {{values: Float32Array, features: number, outputs: number}} Kernel */
/** @typedef {{centre: Float32Array, directions: Float32Array, variances: Float32Array, rest: number, limit: number}} Familiar */

/** @type {WeakMap<Details, {kernel: Kernel | null, familiar: Familiar | null}>} */
const read = new WeakMap()

/** @param {Details} details @returns {Kernel | null} Of the head, see `heat.js`. */
export const kernelOf = (details) => numbersOf(details).kernel

/** @param {Details} details @returns {Familiar | null} See `novelty.Familiar`. */
export const familiarOf = (details) => numbersOf(details).familiar

/** @param {Details} details */
function numbersOf(details) {
  let found = read.get(details)
  if (!found) {
    const { kernel, familiar } = details
    found = {
      kernel: kernel && { values: unpacked(kernel), features: kernel.shape[0], outputs: kernel.shape[1] },
      familiar: familiar && { ...familiar, centre: unpacked(familiar.centre), directions: unpacked(familiar.directions), variances: unpacked(familiar.variances) },
    }
    read.set(details, found)
  }
  return found
}

/** @param {Packed} packed */
function unpacked({ float32 }) {
  return new Float32Array(Uint8Array.from(atob(float32), (letter) => letter.charCodeAt(0)).buffer)
}
