// What all of the phone's page is made with. All words come from the server.

/**
 * @typedef {{ id: string, name: string, where: string, classes: { id: string, title: string }[] }} Goal
 * @typedef {{ words: Record<string, string>, minutes: number, goal: Goal | null, no_goal: string,
 *   run: string | null, no_run?: string, sure_from: number, photos: number, bytes: number, too_large: string }} State
 * @typedef {{ name: string, reason: string, advice: string }} Rejected
 * @typedef {{ received: number, accepted: number, rejected: Rejected[] }} Account
 * @typedef {{ class: string, probability: number, probabilities: Record<string, number>, neither: boolean }} Answer
 */

/** @type {{ state: State, isBusy: boolean }} */
export const shown = { state: null, isBusy: false }

/** @param {string} id */
export const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id))

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export const word = (key, values = {}) => shown.state.words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]))

/** @param {number} ms */
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Say something, or nothing any more; what did not change is not read out again.
 * @param {string} id
 * @param {string} [text]
 */
export function say(id, text = "") {
  if (at(id).textContent !== text) at(id).textContent = text
  at(id).hidden = !text
}

/**
 * Ask the computer.
 * @param {string} path
 * @param {RequestInit} [more]
 * @returns {Promise<any>} its answer
 * @throws {Error} with the sentence that says why not
 */
export async function ask(path, more = {}) {
  let answer, told
  try {
    answer = await fetch(`ask/${path}`, { cache: "no-store", ...more })
    told = await answer.json()
  } catch {
    throw new Error(shown.state?.words.failed ?? "PawTune on the computer does not answer. Switch “On the phone” on again there, and scan the new code.")
  }
  if (!answer.ok) throw new Error(told.error)
  return told
}

/**
 * A button that takes photos, by the phone's own camera or out of its photos.
 * @param {HTMLElement} place
 * @param {string} key
 * @param {boolean} byCamera
 * @param {boolean} several
 * @param {(files: File[]) => Promise<void>} take
 */
export function way(place, key, byCamera, several, take) {
  const input = document.createElement("input")
  Object.assign(input, { type: "file", accept: "image/*", multiple: several, className: "unseen", id: `${place.id}_${key}` })
  if (byCamera) input.setAttribute("capture", "environment")
  input.onchange = async () => {
    const files = [...input.files]
    input.value = "" // the same photo may come again
    if (files.length && !shown.isBusy) await busily(() => take(files))
  }
  const label = document.createElement("label")
  Object.assign(label, { className: "button", htmlFor: input.id, textContent: word(key) })
  const both = document.createElement("span")
  both.append(input, label)
  place.append(both)
}

/**
 * One thing at a time; what goes wrong is said.
 * @param {() => Promise<void>} work
 */
async function busily(work) {
  setBusy(true)
  say("wrong")
  try {
    await work()
  } catch (error) {
    say("wrong", error.message)
  } finally {
    setBusy(false)
    for (const id of ["doing", "asking"]) say(id)
  }
}

/** @param {boolean} busy */
function setBusy(busy) {
  shown.isBusy = busy
  for (const input of document.querySelectorAll("input[type=file]")) /** @type {HTMLInputElement} */ (input).disabled = busy
}

/** @param {File[]} files */
export function form(files) {
  const body = new FormData()
  for (const file of files) body.append("photos", file, file.name || "photo.jpg")
  return body
}

/** @param {File} file */
export const isFarTooLarge = (file) => file.size > 0.9 * shown.state.bytes
