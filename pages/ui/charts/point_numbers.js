// What came as text becomes numbers; how far points reach; what lies within a line.
const unpacked = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const placesOf = (text) => Float32Array.from(new Uint16Array(unpacked(text).buffer), (n) => n / 65535);

function inside([x, y], line) {
  let within = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [ax, ay] = line[i], [bx, by] = line[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

function spansOf(maps) {  // from the left and from the top: the middle, and how far they reach
  return [0, 1].map((axis) => {
    let low = 1, high = 0;
    for (const places of maps) {
      for (let i = axis; i < places.length; i += 2) {
        low = Math.min(low, places[i]);
        high = Math.max(high, places[i]);
      }
    }
    return [(low + high) / 2, Math.max(high - low, 0.01)];
  });
}
