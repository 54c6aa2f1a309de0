// The other end of `asker.js`: has the network, and answers one frame after the other.

import { answerOf } from "./answer.js"
import { heatOf } from "./heat.js"
import { loadNetwork } from "./network.js"
import { kernelOf } from "./numbers.js"

/** @type {import("./network.js").Network} */
let network
/** @type {import("./numbers.js").Details} */
let details

self.onmessage = async ({ data }) => {
  try {
    const found = data.open ? await open(data.open) : await answer(data.frame, data.wanted)
    self.postMessage({ number: data.number, found })
  } catch (error) {
    self.postMessage({ number: data.number, error: error instanceof Error ? error.message : String(error) })
  }
}

/** @param {{engineUrl: string, modelUrl: string, detailsUrl: string}} given */
async function open({ engineUrl, modelUrl, detailsUrl }) {
  const { why } = await (await fetched(`${engineUrl}ready.json`)).json()
  if (why) throw new Error(why)
  const [told, model] = await Promise.all([fetched(detailsUrl), fetched(modelUrl)])
  details = await told.json()
  network = await loadNetwork({ engineUrl, modelBytes: await model.arrayBuffer(), details })
}

/** @param {string} address */
async function fetched(address) {
  const answer = await fetch(address)
  if (answer.ok) return answer
  const told = await answer.json().catch(() => null)
  throw new Error(told?.detail ?? `The server answered ${answer.status}.`)
}

/** @param {ImageBitmap} frame @param {{sureFrom: number, heat: boolean}} wanted */
async function answer(frame, { sureFrom, heat }) {
  try {
    const { logits, pooled, map } = await network.ask(frame)
    details.sure_from = sureFrom
    const found = answerOf(logits, pooled, details)
    const kernel = heat ? kernelOf(details) : null
    return { ...found, heat: kernel && heatOf(map, kernel, found.classIndex) }
  } finally {
    frame.close()
  }
}
