// Photos into a class, and what came of them.

import { ask, at, form, isFarTooLarge, say, shown, wait, word } from "./common.js"

/** @typedef {import("./common.js").Goal} Goal */
/** @typedef {import("./common.js").Account} Account */

const IMPORT_MS = 700 // between two looks at an import
const BATCH = 12 // photos of one request

const picker = () => /** @type {HTMLSelectElement} */ (at("class"))

/** @param {Goal} goal */
export function drawGoal(goal) {
  say("where", goal.where)
  const now = JSON.stringify([goal.id, goal.classes])
  if (picker().dataset.shown === now) return
  const before = picker().value
  picker().dataset.shown = now
  picker().dataset.goal = goal.id
  picker().replaceChildren(...goal.classes.map(({ id, title }) => new Option(title, id)))
  if (goal.classes.some(({ id }) => id === before)) picker().value = before
}

/**
 * Photos in parts that one request may have; a photo that is larger than that stays here.
 * @param {File[]} files
 */
function batches(files) {
  /** @type {File[][]} */
  const made = []
  let bytes = Infinity
  for (const file of files) {
    const last = made.at(-1)
    if (!last || bytes + file.size > shown.state.bytes / 2 || last.length === Math.min(BATCH, shown.state.photos)) {
      made.push([])
      bytes = 0
    }
    made.at(-1).push(file)
    bytes += file.size
  }
  return made
}

/** @param {File[]} files */
export async function bring(files) {
  const [goal, chosen] = [picker().dataset.goal, picker().value]
  const address = `photos?goal=${encodeURIComponent(goal)}&class=${encodeURIComponent(chosen)}`
  const large = files.filter(isFarTooLarge)
  const total = {
    received: large.length,
    accepted: 0,
    rejected: large.map(({ name }) => ({ name, reason: shown.state.too_large, advice: "" })),
  }
  let done = 0
  account(null)
  for (const batch of batches(files.filter((file) => !isFarTooLarge(file)))) {
    say("doing", word("sending", { done, count: files.length }))
    const told = await ask(address, { method: "POST", body: form(batch) })
    add(total, told)
    if (told.job) add(total, await imported(told.job))
    done += batch.length
    account(total)
  }
  account(total)
}

/**
 * What came of an import, once it is over.
 * @param {string} job
 * @returns {Promise<Account>}
 */
async function imported(job) {
  say("doing", word("importing"))
  for (;;) {
    const told = await ask(`imports/${encodeURIComponent(job)}`)
    if (told.finished) return told
    await wait(IMPORT_MS)
  }
}

/**
 * @param {Account} total
 * @param {Account} more
 */
function add(total, more) {
  total.received += more.received
  total.accepted += more.accepted
  total.rejected.push(...more.rejected)
}

/** @param {Account | null} found */
function account(found) {
  const { received, accepted, rejected } = found ?? { received: 0, accepted: 0, rejected: [] }
  say("account", found ? word("account", { received, accepted, rejected: rejected.length }) : "")
  at("rejected").replaceChildren(...rejected.map(({ name, reason, advice }) => line(`${name}: ${reason} ${advice ?? ""}`)))
}

/** @param {string} text */
function line(text) {
  return Object.assign(document.createElement("li"), { textContent: text })
}
