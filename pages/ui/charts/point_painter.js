// Paints points: WebGL where the browser has it, else a plain canvas. No network, no library.
// A point lies at `from` + t * (`to` - `from`), both in [0, 1] from the left and from the top.
// `look` has four bytes for each: red, green, blue and what it is (one of KINDS).
// A view is where the middle of the canvas lies, and how many pixels the unit takes.
const HIDDEN = 0, FAINT = 85, PLAIN = 170, CHOSEN = 255;

const VERTEX = `
attribute vec2 from; attribute vec2 to; attribute vec4 look;
uniform float t; uniform vec3 view; uniform vec2 canvas; uniform mediump float size;
varying vec4 colour;
void main() {
  vec2 at = (mix(from, to, t) - view.xy) * view.z * 2.0 / canvas;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
  float kind = look.a;
  gl_PointSize = kind < 0.1 ? 0.0 : kind > 0.9 ? size * 1.4 : size;
  colour = vec4(look.rgb, kind < 0.5 ? 0.28 : 0.85);
  if (kind < 0.1) gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
}`;
const FRAGMENT = `
precision mediump float;
varying vec4 colour; uniform mediump float size;
void main() {
  float away = length(gl_PointCoord - 0.5) * size;
  float ink = colour.a * clamp(size * 0.5 - away + 0.25, 0.0, 1.0);
  gl_FragColor = vec4(colour.rgb * ink, ink);
}`;

function shader(gl, kind, text) {
  const made = gl.createShader(kind);
  gl.shaderSource(made, text);
  gl.compileShader(made);
  return made;
}

function glPainter(canvas) {
  const gl = canvas.getContext("webgl", { antialias: false, preserveDrawingBuffer: true });
  if (!gl) return null;
  const program = gl.createProgram();
  gl.attachShader(program, shader(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, shader(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const spot = Object.fromEntries(["t", "view", "canvas", "size"].map(
    (name) => [name, gl.getUniformLocation(program, name)]));
  const buffers = {};
  const load = (name, values, per, type) => {
    buffers[name] ??= gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, per, type, type === gl.UNSIGNED_BYTE, 0, 0);
  };
  let count = 0;
  return {
    name: "webgl",
    canvas,
    places(from, to) {
      load("from", from, 2, gl.FLOAT);
      load("to", to, 2, gl.FLOAT);
      count = from.length / 2;
    },
    looks(look) { load("look", look, 4, gl.UNSIGNED_BYTE); },
    paint(view, t, size) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform1f(spot.t, t);
      gl.uniform3f(spot.view, view.x, view.y, view.scale);
      gl.uniform2f(spot.canvas, canvas.width, canvas.height);
      gl.uniform1f(spot.size, size);
      if (count) gl.drawArrays(gl.POINTS, 0, count);
    },
    wait() { gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); },
    end() { gl.getExtension("WEBGL_lose_context")?.loseContext(); },
  };
}

function plainPainter(canvas) {
  const pen = canvas.getContext("2d");
  let from, to, look;
  return {
    name: "2d",
    canvas,
    places(before, after) { from = before; to = after; },
    looks(given) { look = given; },
    paint(view, t, size) {
      const { width, height } = canvas;
      pen.clearRect(0, 0, width, height);
      for (let i = 0; i < look.length / 4; i++) {
        const kind = look[4 * i + 3];
        if (kind === HIDDEN) continue;
        const x = from[2 * i] + t * (to[2 * i] - from[2 * i]);
        const y = from[2 * i + 1] + t * (to[2 * i + 1] - from[2 * i + 1]);
        const side = kind === CHOSEN ? size * 1.4 : size;
        pen.globalAlpha = kind === FAINT ? 0.28 : 0.85;
        pen.fillStyle = `rgb(${look[4 * i]},${look[4 * i + 1]},${look[4 * i + 2]})`;
        pen.fillRect((x - view.x) * view.scale + (width - side) / 2,
          (y - view.y) * view.scale + (height - side) / 2, side, side);
      }
    },
    wait() {},
    end() {},
  };
}

function painterOn(canvas) {
  const made = glPainter(canvas);
  if (made) return made;
  const fresh = canvas.cloneNode();  // a canvas that was asked for WebGL gives no other pen
  canvas.replaceWith(fresh);
  return plainPainter(fresh);
}

// The last points stand for photos that are new here: each in a diamond, tied to its like.
function paintMarks(pen, data, count, xy, seen) {
  pen.lineWidth = 1;
  for (const tie of data.ties.filter((one) => one.every(seen))) {
    pen.beginPath();
    tie.forEach((i) => pen.lineTo(...xy(i)));
    pen.stroke();
  }
  pen.lineWidth = 2;
  for (let i = count - data.marked; i < count; i++) {
    if (!seen(i)) continue;
    const [x, y] = xy(i);
    pen.beginPath();
    [[0, -9], [9, 0], [0, 9], [-9, 0]].forEach(([dx, dy]) => pen.lineTo(x + dx, y + dy));
    pen.closePath();
    pen.stroke();
  }
}
