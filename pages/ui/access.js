// What Streamlit leaves out for those who hear a page or walk it by keyboard. One live region for
// all, the same for the whole visit: a region that is drawn anew with its words is not read out.

const KEPT = Symbol.for("pawtune.access") // outlasts a change of page
const LOW = 0.7 // of the window: what begins below it is hardly seen
const MOST = 3 // sentences that stay, for whoever reads on to the end of the page
const UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"

function begin() {
  const region = element("div", { id: "pawtune_said", role: "status", "aria-live": "polite", "aria-atomic": "false" })
  region.style.cssText = UNSEEN
  document.body.append(region)
  const kept = { region, page: null, place: null, led: null, said: new Map(), asked: false }
  const look = () => {
    kept.asked = false
    mend()
    lead(kept)
  }
  const soon = () => {
    if (kept.asked) return
    kept.asked = true
    requestAnimationFrame(look)
  }
  new MutationObserver(soon).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["data-test-script-state"],
  })
  return kept
}

function mend() {
  // A bar is called by the words above it, whatever they become.
  for (const bar of document.querySelectorAll("[role=progressbar]:not([aria-labelledby])")) {
    const words = bar.parentElement.querySelector("[data-testid=stMarkdownContainer]")
    if (!words) continue
    words.id ||= `named_by_${bar.id}`
    bar.setAttribute("aria-labelledby", words.id)
  }
  // It has a name and takes what is dropped: no mere decoration.
  for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) {
    zone.setAttribute("role", "group")
  }
}

function isLost() {
  return !document.activeElement || document.activeElement === document.body
}

function focus(place) {
  if (!place.matches("a[href], button, input, [tabindex]")) place.setAttribute("tabindex", "-1")
  place.focus({ preventScroll: true }) // a page where it is well in sight stays as it is
  const { top } = place.getBoundingClientRect()
  if (top < 0 || top > LOW * innerHeight) place.scrollIntoView({ block: "center" })
}

// The focus follows what was done, once all is drawn, where the page has taken it away.
function lead(kept) {
  if (!document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")) return
  if (kept.led && !isLost() && document.activeElement !== kept.led) kept.place = null
  if (!kept.place) kept.led = null
  if (!kept.place || kept.led?.isConnected) return // where it was led to may be drawn anew
  const found = document.querySelector(`[data-testid=stMain] ${kept.place}`)
  if (!found) return
  if (isLost()) focus(found)
  kept.led = found
}

function follow(kept, place) {
  kept.place = place
  kept.led = null
}

function say(kept, { key, text, place, if_known: ifKnown }) {
  const before = kept.said.get(key)
  if (before === text || (ifKnown && before === undefined)) return
  kept.said.set(key, text)
  if (!text) return
  kept.region.append(element("p", {}, text))
  while (kept.region.children.length > MOST) kept.region.firstChild.remove()
  if (place) follow(kept, place)
}

export default function ({ data }) {
  window[KEPT] ??= begin()
  const kept = window[KEPT]
  if (data.page) {
    if (kept.page !== null && kept.page !== data.page) follow(kept, "h1")
    kept.page = data.page
  } else {
    say(kept, data)
  }
  mend()
  lead(kept)
}
