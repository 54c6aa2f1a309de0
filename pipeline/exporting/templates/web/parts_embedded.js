// The parts of the page as they lie in it: packed, in blocks that no browser runs.

/**
 * What `loadNetwork` wants; `release` lets go of what is not needed once it has it.
 * @returns {Promise<{engineUrl: string, locate: (name: string) => string, modelBytes: ArrayBuffer, details: import("./numbers.js").Details, release: () => void}>}
 */
export async function parts() {
  const [model, details] = await Promise.all([unpacked("model.tflite"), unpacked("details.json")])
  /** @type {Record<string, string>} */
  const addresses = {}
  for (const block of document.querySelectorAll("script[id^='engine/']")) {
    const type = block.id.endsWith(".wasm") ? "application/wasm" : "text/javascript"
    addresses[block.id.slice("engine/".length)] = URL.createObjectURL(new Blob([await unpacked(block.id)], { type }))
    block.remove() // megabytes of text are not needed twice
  }
  return {
    engineUrl: "",
    locate: (name) => addresses[name.replace("_wasm_internal", "_wasm_compat_internal")],
    modelBytes: model,
    details: JSON.parse(new TextDecoder().decode(details)),
    release: () => Object.values(addresses).forEach((one) => URL.revokeObjectURL(one)),
  }
}

/**
 * @param {string} id of a block: base64 of gzip
 * @returns {Promise<ArrayBuffer>}
 */
async function unpacked(id) {
  const block = /** @type {HTMLElement} */ (document.getElementById(id))
  const packed = Uint8Array.from(atob(block.textContent ?? ""), (letter) => letter.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))
  return new Response(stream).arrayBuffer()
}

/** One file is kept by whoever keeps the file. */
export async function keep() {
  return false
}
