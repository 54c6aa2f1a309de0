// The phone's page: what the computer shows is looked up again and again.

import { classify, offerCamera, stopCamera } from "./asking.js"
import { bring, drawGoal } from "./bringing.js"
import { ask, at, say, shown, wait, way, word } from "./common.js"

const LOOK_MS = 3000 // between two looks

/** Look what the computer shows, and draw it. */
async function look() {
  shown.state = await ask("state")
  const { goal, run, minutes, no_goal, no_run } = shown.state
  for (const [id, key] of [["to_photos", "photos"], ["to_classify", "classify"], ["class_title", "class"]]) {
    say(id, word(key))
  }
  say("left", word("left", { minutes }))
  say("no_goal", goal ? "" : no_goal)
  at("bring").hidden = !goal
  if (goal) drawGoal(goal)
  say("no_run", run ? "" : no_run)
  at("ask").hidden = !run
  say("who", run ? word("answers", { name: run }) : "")
  at("ways").hidden = false
}

/** @param {File[]} files */
async function bringThem(files) {
  await bring(files)
  await look()
}

/** Show photos or questions, as the address says after its `#`. */
function turn() {
  const isAsking = location.hash === "#classify"
  at("photos").hidden = isAsking
  at("classify").hidden = !isAsking
  at("to_photos").setAttribute("aria-pressed", String(!isAsking))
  at("to_classify").setAttribute("aria-pressed", String(isAsking))
  if (!isAsking) stopCamera()
}

/** Look again and again; the first failure is said, and gone when it works again. */
async function keepLooking() {
  for (;;) {
    await wait(LOOK_MS)
    if (shown.isBusy || document.hidden) continue
    try {
      await look()
      if (at("wrong").dataset.lost) say("wrong")
      delete at("wrong").dataset.lost
    } catch (error) {
      stopCamera()
      at("wrong").dataset.lost = "yes"
      say("wrong", error.message)
    }
  }
}

async function begin() {
  await look()
  for (const [place, several, take] of /** @type {const} */ ([["photo_buttons", true, bringThem], ["ask_buttons", false, classify]])) {
    way(at(place), "take", true, several, take)
    way(at(place), "choose", false, several, take)
  }
  offerCamera()
  for (const name of ["photos", "classify"]) at(`to_${name}`).onclick = () => (location.hash = name)
  window.onhashchange = turn
  window.onpagehide = stopCamera
  turn()
  void keepLooking()
}

begin().catch((error) => say("wrong", error.message))
