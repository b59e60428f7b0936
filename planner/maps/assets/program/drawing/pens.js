// What several drawings need: patterns, boxes, values between two zooms.

// The value at a zoom, between stops [zoom, value].
export function interpolate(stops, zoom) {
  for (let i = 1; i < stops.length; i++) {
    if (zoom <= stops[i][0]) {
      const [z0, v0] = stops[i - 1], [z1, v1] = stops[i];
      return v0 + (v1 - v0) * Math.max(0, Math.min(1, (zoom - z0) / (z1 - z0)));
    }
  }
  return stops[stops.length - 1][1];
}

// A small picture that fills repeat, made once for each name.
const tiles = new Map();

function tile(name, size, draw) {
  if (tiles.has(name)) return tiles.get(name);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * 2;
  const pen = canvas.getContext('2d');
  pen.scale(2, 2);
  draw(pen, size);
  tiles.set(name, canvas);
  return canvas;
}

// Canvas paths have a roundRect only in browsers younger than those of old office PCs.
export function roundedBox(path, x, y, wide, high, r) {
  path.moveTo(x + r, y);
  path.arcTo(x + wide, y, x + wide, y + high, r);
  path.arcTo(x + wide, y + high, x, y + high, r);
  path.arcTo(x, y + high, x, y, r);
  path.arcTo(x, y, x + wide, y, r);
  path.closePath();
}

// `below`: the colour of the fill itself, on which the strokes lie: one fill is quicker than two.
export const hatchTile = (colour, spacing, below = 'transparent') => tile('hatch' + colour + spacing + below, spacing, (pen, s) => {
  pen.fillStyle = below; pen.fillRect(0, 0, s, s);
  pen.strokeStyle = colour; pen.lineWidth = 1.1; pen.beginPath();
  for (const shift of [-s, 0, s]) { pen.moveTo(shift - 1, s + 1); pen.lineTo(shift + s + 1, -1); }
  pen.stroke();
});

export const dotTile = (colour, below = 'transparent') => tile('dots' + colour + below, 7, (pen, s) => {
  pen.fillStyle = below; pen.fillRect(0, 0, s, s);
  pen.fillStyle = colour;
  for (const [x, y] of [[1.8, 1.8], [5.3, 5.3]]) { pen.beginPath(); pen.arc(x, y, 0.85, 0, 7); pen.fill(); }
});

export const crossTile = (colour, spacing) => tile('cross' + colour + spacing, spacing, (pen, s) => {
  pen.strokeStyle = colour; pen.lineWidth = 1.3; pen.beginPath();
  const arm = s * 0.24, at = s / 2;
  pen.moveTo(at - arm, at); pen.lineTo(at + arm, at); pen.moveTo(at, at - arm); pen.lineTo(at, at + arm);
  pen.stroke();
});

export const netTile = (colour, spacing) => tile('net' + colour + spacing, spacing, (pen, s) => {
  pen.strokeStyle = colour; pen.lineWidth = 1; pen.beginPath();
  for (const shift of [-s, 0, s]) {
    pen.moveTo(shift - 1, s + 1); pen.lineTo(shift + s + 1, -1);
    pen.moveTo(shift - 1, -1); pen.lineTo(shift + s + 1, s + 1);
  }
  pen.stroke();
});

// A number, or another short sign, in the middle of a place. Its size is given in pixels, so that fonts are not made anew for each zoom.
export function writeAt(pen, text, x, y, { size, colour, scale }) {
  pen.save();
  pen.translate(x, y); pen.scale(1 / scale, 1 / scale);
  pen.fillStyle = colour; pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.font = '700 ' + size + 'px system-ui, sans-serif';
  pen.fillText(String(text), 0, 0.7);
  pen.restore();
}

// Numbers of three digits are written smaller, to stay in a sign of this radius.
export const numberSize = (number, radius) => Math.round((number > 99 ? 0.85 : 1.1) * radius * 2) / 2;

export function usePattern(pen, canvas, scale) {
  // The pattern keeps its size on the screen whatever the zoom, and stays with the ground.
  const pattern = pen.createPattern(canvas, 'repeat');
  pattern.setTransform(new DOMMatrix().scale(0.5 / scale));
  return pattern;
}
