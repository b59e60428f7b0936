// The notice that data are made up, on the ground of the map.

import { FONT } from './colours.js';

// Painted on the canvas at fixed places on the ground, so that it moves and prints with the map.
export function drawWatermark(pen, text, viewport) {
  const k = viewport.scale, { box } = viewport;
  const wide = 640 / k, high = 330 / k;
  pen.save();
  pen.font = '700 26px ' + FONT;
  pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.fillStyle = 'rgba(120,30,20,.2)';
  for (let row = Math.floor(box.y0 / high) - 1; row * high < box.y1 + high; row++) {
    for (let column = Math.floor(box.x0 / wide) - 1; column * wide < box.x1 + wide; column++) {
      pen.save();
      pen.translate((column + (row % 2 ? 0.75 : 0.25)) * wide, (row + 0.5) * high);
      pen.rotate(-0.3); pen.scale(1 / k, 1 / k);
      pen.fillText(text, 0, 0);
      pen.restore();
    }
  }
  pen.restore();
}
