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

  /** Ask for the camera, and show what it sees. */
  async start() {
    if (!navigator.mediaDevices) throw new CameraError("needs_https")
    const wanted = { facingMode: this.facing, width: { ideal: 640 }, height: { ideal: 480 } }
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted })
    } catch (error) {
      const name = /** @type {keyof typeof REASONS} */ (/** @type {Error} */ (error).name)
      throw new CameraError(REASONS[name] ?? "no_camera")
    }
    this.stream.getVideoTracks()[0].addEventListener("ended", () => {
      this.stop()
      this.onGone("camera_gone")
    })
    this.video.srcObject = this.stream
    await this.video.play()
  }

  /** From the back to the front, or the reverse. */
  async turn() {
    this.stop()
    this.facing = this.facing === "environment" ? "user" : "environment"
    await this.start()
  }

  /** Let the camera go; its light goes out. */
  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
    this.video.srcObject = null
  }
}
