// The page's words, in the browser's first language that it has.

const texts = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("texts")).textContent ?? "")
const language = navigator.languages.map((one) => one.split("-")[0]).find((one) => one in texts) ?? "en"

/**
 * A text with its gaps filled.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function word(key, values = {}) {
  return texts[language][key].replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => String(values[name]))
}

/** Put the words into everything that has `data-text`. */
export function fillWords() {
  document.documentElement.lang = language
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = word(/** @type {HTMLElement} */ (element).dataset.text ?? "")
  }
}

/**
 * @param {number} share from 0 to 1
 * @returns {string} such as "97%"; "100%" only where nothing else is left
 */
export function percent(share) {
  const shown = share < 1 && share > 0.995 ? 0.99 : share
  return new Intl.NumberFormat(language, { style: "percent" }).format(shown)
}

/**
 * @param {string[]} names
 * @returns {string} such as "cat, dog, and horse"
 */
export function list(names) {
  return new Intl.ListFormat(language).format(names)
}
