// The reach where edits change it, laid over that of today: streets within reach as wide as people walk to them.

import { COLOURS } from './colours.js';
import { hasLines, traceLines } from './trace.js';

// `lines`: {mask, within}, see data/tried_reach.js; `paint(pen)` draws what lies below; `bands`: [minutes, colour], the widest first.
export function drawChangedReach(pen, { mask, within, wide }, { bands, alpha, paint, solid }, viewport) {
  // Lines that lie beside a tile reach into it, and a mask without a line would leave all of the layer.
  const around = { ...viewport, box: viewport.box.grown(wide / 2) };
  if (!mask.box.meets(around.box) || !hasLines(mask, around)) return;
  const layer = document.createElement('canvas'), over = layer.getContext('2d');
  layer.width = pen.canvas.width; layer.height = pen.canvas.height;
  if (solid) { over.fillStyle = COLOURS.paper; over.fillRect(0, 0, layer.width, layer.height); }
  over.setTransform(pen.getTransform());
  if (solid) paint(over);
  over.lineCap = over.lineJoin = 'round'; over.lineWidth = wide;
  const stroke = (shape) => { over.beginPath(); traceLines(over, shape, around); over.stroke(); };
  over.globalAlpha = alpha;
  for (const [minutes, colour] of bands) if (within.has(minutes)) { over.strokeStyle = colour; stroke(within.get(minutes)); }
  // Only where something changed: beside it the reach of today is right.
  over.globalAlpha = 1; over.globalCompositeOperation = 'destination-in'; over.strokeStyle = '#000000';
  stroke(mask);
  pen.save();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.drawImage(layer, 0, 0);
  pen.restore();
}
