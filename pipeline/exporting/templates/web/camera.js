// The camera: on, off, another one, and why it cannot be had.

/** Why there is no picture: a key of the page's texts. */
export class CameraError extends Error {}

const REASONS = {
  NotAllowedError: "no_permission",
  NotFoundError: "no_camera",
  OverconstrainedError: "no_camera",
  NotReadableError: "camera_busy",
}

export class Camera {
  /**
   * @param {HTMLVideoElement} video where the picture is shown
   * @param {(reason: string) => void} onGone told when the camera goes by itself
   */
  constructor(video, onGone) {
    this.video = video
    this.onGone = onGone
    /** @type {"environment" | "user"} */
    this.facing = "environment"
    /** @type {MediaStream | null} */
    this.stream = null
    this.turns = 0 // what is asked for last counts: cameras open late
  }

  /** @returns {boolean} */
  get isOn() {
    return this.stream !== null
  }

  /** @returns {boolean} whether the picture shows whoever looks at it, as a mirror does */
  get isMirrored() {
    const settings = this.stream?.getVideoTracks()[0].getSettings()
    return settings?.facingMode !== "environment"
  }

  /** @returns {Promise<boolean>} whether there is a second camera to turn to */
  async hasOther() {
    const devices = await navigator.mediaDevices.enumerateDevices()
    return devices.filter((one) => one.kind === "videoinput").length > 1
  }

  /**
   * Ask for the camera, and show what it sees.
   * @returns {Promise<boolean>} whether it is on; not if it was let go or asked for anew meanwhile
   */
  async start() {
    if (!navigator.mediaDevices) throw new CameraError("needs_https")
    this.stop()
    const turn = this.turns
    /** @type {MediaStream} */
    let stream
    const wanted = { facingMode: this.facing, width: { ideal: 640 }, height: { ideal: 480 } }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted })
    } catch (error) {
      if (turn !== this.turns) return false
      const name = /** @type {keyof typeof REASONS} */ (/** @type {Error} */ (error).name)
      throw new CameraError(REASONS[name] ?? "no_camera")
    }
    if (turn !== this.turns) {
      letGo(stream)
      return false
    }
    this.stream = stream
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (this.stream !== stream) return
      this.stop()
      this.onGone("camera_gone")
    })
    this.video.srcObject = stream
    await this.video.play().catch(() => {}) // let go before it played
    return this.stream === stream
  }

  /** From the back to the front, or the reverse; see `start`. */
  turn() {
    this.facing = this.facing === "environment" ? "user" : "environment"
    return this.start()
  }

  /** Let the camera go, also one that is still to come; its light goes out. */
  stop() {
    this.turns += 1
    if (this.stream) letGo(this.stream)
    this.stream = null
    this.video.srcObject = null
  }
}

/** @param {MediaStream} stream */
function letGo(stream) {
  for (const track of stream.getTracks()) track.stop()
}
