// The browser's camera, for all scripts that show what it sees: opened, chosen, let go; and in plain
// sentences why there is no picture. One at a time: who opens it takes it from the others.

const CAMERA_IDEAL = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }
const CAMERA_FAILURES = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" }

/**
 * @typedef {object} CameraShow
 * @property {() => Record<string, string>} words
 * @property {() => void} opening it was asked for
 * @property {(track: MediaStreamTrack) => void} opened there is a picture
 * @property {() => void} closed there is none any more, for whatever reason
 * @property {() => void} failed and `failed` says why
 */

/** @param {CameraShow} show */
function makeCamera(show) {
  let stream = null, turn = 0, ended = false, device
  const video = element("video", { playsinline: "", muted: "" })
  video.muted = true
  const which = element("select", { onchange: () => open(which.value) })
  const sentence = element("p", { role: "alert" })
  const retry = element("button", { type: "button", onclick: () => open(device) })
  const failed = element("div", { class: "failed", hidden: "" }, sentence, retry)

  /** @param {string} [wanted] the camera's id; any camera, if there are several the back one, without */
  async function open(wanted) {
    const mine = ++turn
    close()
    device = wanted
    failed.hidden = true
    window.dispatchEvent(new CustomEvent("pawtune-camera", { detail: video }))
    show.opening()
    if (!window.isSecureContext || !navigator.mediaDevices) return fail("insecure")
    try {
      const found = await navigator.mediaDevices.getUserMedia({ video: wanted ? { ...CAMERA_IDEAL, deviceId: { exact: wanted } } : { ...CAMERA_IDEAL, facingMode: "environment" } })
      if (ended || mine !== turn) return stop(found)
      stream = found
    } catch (error) {
      if (ended || mine !== turn) return
      if (wanted && error.name === "OverconstrainedError") return open() // it is gone; any other one will do
      return fail(CAMERA_FAILURES[error.name] ?? "busy")
    }
    const [track] = stream.getVideoTracks()
    track.onended = () => { close(); fail("unplugged") }
    video.srcObject = stream
    await video.play().catch(() => {})
    if (ended || mine !== turn || !stream) return
    offer(track.getSettings().deviceId)
    show.opened(track)
  }
  function stop(some) {
    some?.getTracks().forEach((track) => { track.onended = null; track.stop() })
  }
  function close() {
    if (stream) show.closed()
    stop(stream)
    stream = video.srcObject = null
  }
  function fail(reason) {
    sentence.textContent = show.words()[reason]
    retry.textContent = show.words().again
    retry.hidden = reason === "insecure"
    failed.hidden = false
    show.failed()
  }
  async function offer(current) {
    const words = show.words()
    const all = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput")
    which.hidden = all.length < 2
    which.setAttribute("aria-label", words.which)
    which.replaceChildren(...all.map((one, i) => element("option", { value: one.deviceId }, one.label || filled(words.camera_number, { number: i + 1 }))))
    which.value = current
  }
  /** The picture as a JPEG in Base64, its longest side no longer than so many pixels. */
  function jpeg(most = Infinity, quality = 0.92) {
    const scale = Math.min(1, most / Math.max(video.videoWidth, video.videoHeight))
    const canvas = element("canvas", { width: Math.round(video.videoWidth * scale), height: Math.round(video.videoHeight * scale) })
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL("image/jpeg", quality).split(",")[1]
  }
  /** No more of it: nothing is asked for any more, and what comes late is let go. */
  function end() {
    ended = true
    close()
    window.removeEventListener("pawtune-camera", giveWay)
  }
  /** Let it go, until it is opened anew; nothing that was asked for comes any more. */
  function leave() {
    turn += 1
    failed.hidden = true
    close()
  }
  const giveWay = (/** @type {any} */ { detail }) => {
    if (detail !== video && stream) leave()
  }
  window.addEventListener("pawtune-camera", giveWay)
  return { video, which, failed, open, leave, end, jpeg, get stream() { return stream } }
}
