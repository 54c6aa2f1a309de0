// The parts of the page as a host serves them, one file each.

/**
 * What `loadNetwork` wants; `release` lets go of what is not needed once it has it.
 * @returns {Promise<{engineUrl: string, locate: (name: string) => string, modelBytes: ArrayBuffer, details: import("./numbers.js").Details, release: () => void}>}
 */
export async function parts() {
  const [model, details] = await Promise.all([part("model.tflite"), part("details.json")])
  const engineUrl = new URL("../engine/", import.meta.url).href
  return {
    engineUrl,
    locate: (name) => engineUrl + name.replace("_wasm_internal", "_wasm_compat_internal"),
    modelBytes: await model.arrayBuffer(),
    details: await details.json(),
    release: () => {},
  }
}

/** @param {string} name */
async function part(name) {
  const answer = await fetch(new URL(`../${name}`, import.meta.url))
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`)
  return answer
}

/** Keep the whole page on this device; resolves when it is there. */
export async function keep() {
  if (!("serviceWorker" in navigator)) return false
  await navigator.serviceWorker.register("service_worker.js")
  await navigator.serviceWorker.ready
  return true
}
