// What the scripts of all components are built with; `component.py` puts it before each of them.

/**
 * @param {Element} made
 * @param {Record<string, any>} attributes what begins with "on" is called, what is missing left out
 * @param {(Node | string)[]} children
 */
function filledIn(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) Object.assign(made, { [key]: value })
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value)
  }
  made.append(...children)
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, any>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  filledIn(made, attributes, children)
  return made
}

/**
 * The same of a drawing.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, any>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[K]}
 */
function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name)
  filledIn(made, attributes, children)
  return made
}

/**
 * A sentence with its gaps filled.
 * @param {string} words
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (gap, key) => String(values[key] ?? gap))
}

/** @param {string} base64 a photo's bytes */
function jpegUrl(base64) {
  return `data:image/jpeg;base64,${base64}`
}
