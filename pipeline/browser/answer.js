// What an answer comes to, as `pipeline/classify/answer.py` and `novelty.py` say.

import { familiarOf } from "./numbers.js"

/** @typedef {import("./numbers.js").Details} Details */
/** @typedef {import("./numbers.js").Familiar} Familiar */
/**
 * @typedef {object} Answer
 * @property {string} label The likeliest class, also where it gives no name.
 * @property {number} classIndex Its place among the classes.
 * @property {number} share How likely, 0 to 1.
 * @property {number[]} shares Of every class, in the order of the classes; they sum to 1.
 * @property {number | null} strangeness Above 1 it is none of the classes; null where the run does not know.
 * @property {boolean} isNone Whether it is none of the classes.
 * @property {boolean} isSure Whether it gets the name of its class.
 */

const ROUNDING = 1e-6 // the network's numbers are float32: its 0.7 lies below ours
const LEAST = 1e-12

/**
 * @param {ArrayLike<number>} logits
 * @param {ArrayLike<number>} pooled The features, F.
 * @param {Details} details
 * @returns {Answer}
 */
export function answerOf(logits, pooled, details) {
  const shares = sharesOf(logits, details.temperature)
  const classIndex = shares.indexOf(Math.max(...shares))
  const share = shares[classIndex]
  const familiar = familiarOf(details)
  const strangeness = familiar && strangenessOf(pooled, familiar)
  const isNone = strangeness !== null && strangeness > 1
  const isSure = !isNone && share >= details.sure_from - ROUNDING
  return { label: details.classes[classIndex], classIndex, share, shares, strangeness, isNone, isSure }
}

/**
 * How likely each class is.
 * @param {ArrayLike<number>} logits One for two classes, where above 0 means the second one, else one for each.
 * @param {number} temperature
 */
export function sharesOf(logits, temperature) {
  const some = Array.from(logits, (one) => one / temperature)
  const values = some.length === 1 ? [0, some[0]] : some
  const most = Math.max(...values)
  const powers = values.map((one) => Math.exp(one - most))
  const total = powers.reduce((sum, one) => sum + one, 0)
  return powers.map((one) => one / total)
}

/**
 * How far a picture lies from the photos learned from, in units of what still counts as familiar.
 * @param {ArrayLike<number>} pooled
 * @param {Familiar} familiar
 */
export function strangenessOf(pooled, { centre, directions, variances, rest, limit }) {
  const features = centre.length
  let length = 0
  for (let i = 0; i < features; i++) length += pooled[i] ** 2
  length = Math.max(Math.sqrt(length), LEAST)
  const away = new Float64Array(features)
  let left = 0, inside = 0
  for (let i = 0; i < features; i++) {
    away[i] = pooled[i] / length - centre[i]
    left += away[i] ** 2
  }
  for (let k = 0; k < variances.length; k++) {
    let along = 0
    for (let i = 0, at = k * features; i < features; i++, at++) along += away[i] * directions[at]
    left -= along ** 2
    inside += along ** 2 / variances[k]
  }
  return Math.sqrt(inside + Math.max(left, 0) / rest) / limit
}
