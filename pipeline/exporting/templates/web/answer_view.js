// An answer as words and bars.

import { percent, word } from "./words.js"

const MOST_BARS = 5

/**
 * Show an answer.
 * @param {import("./answer.js").Answer} answer
 * @param {string[]} classes
 */
export function showAnswer({ label: name, share, shares, isNone, isSure }, classes) {
  const kind = isNone ? "none" : "not_sure"
  setText("answer", isSure ? name : word(kind))
  setText("more", isSure ? "" : word(`${kind}_more`, { name, share: percent(share) }))
  setText("legend", word("where_more", { name }))
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a])
  const [shown, rest] = [order.slice(0, MOST_BARS), order.slice(MOST_BARS)]
  const bars = shown.map((place) => bar(classes[place], shares[place]))
  if (isSure) bars[0].classList.add("best")
  if (rest.length) {
    const left = rest.reduce((sum, place) => sum + shares[place], 0)
    bars.push(bar(word("rest", { count: rest.length }), left))
  }
  element("bars").setAttribute("aria-label", word("bars"))
  element("bars").replaceChildren(...bars)
}

/**
 * @param {string} name
 * @param {number} share
 * @returns {HTMLLIElement}
 */
function bar(name, share) {
  const item = document.createElement("li")
  for (const text of [name, percent(share)]) {
    item.append(Object.assign(document.createElement("span"), { textContent: text }))
  }
  const drawn = document.createElement("i")
  drawn.style.setProperty("--share", String(share))
  item.append(drawn)
  return item
}

/**
 * Say something anew, and only then: what did not change is not read out again.
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
  const place = element(id)
  if (place.textContent !== text) place.textContent = text
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}
