// The whole map at once: for paper, for a picture to keep, by the same functions that draw the screen.

import { COLOURS } from './colours.js';
import { drawFindings, drawPointedAt } from './findings.js';
import { drawGround } from './ground.js';
import { paintingLabels } from './labels.js';
import { drawMyPlace } from './my_place.js';
import { drawMoving } from './routes.js';
import { drawTrial } from './trial.js';
import { aim } from './viewport.js';
import { drawWatermark } from './watermark.js';

// One piece of the ground of a page {scene, state, notice}, in steps; `solid`: nothing shows through it.
export function* drawTile(pen, { scene, state, notice }, viewport, { solid = true } = {}) {
  pen.save();
  if (solid) { pen.fillStyle = COLOURS.paper; pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height); }
  aim(pen, viewport);
  yield* drawGround(pen, scene, state, viewport);
  if (notice) drawWatermark(pen, notice, viewport);
  pen.restore();
}

// Returns what can be pointed at: see drawFindings.
export function drawSigns(pen, { scene, state }, viewport) {
  pen.save(); aim(pen, viewport);
  const signs = drawFindings(pen, scene, state, viewport);
  pen.restore();
  return signs;
}

// In steps.
export function* paintingNames(pen, { labels, state }, viewport) {
  pen.save(); aim(pen, viewport);
  yield* paintingLabels(pen, labels, state, viewport);
  pen.restore();
}

// `signs`: what drawSigns returned.
export function drawMarks(pen, { scene, state }, viewport, signs) {
  pen.save(); aim(pen, viewport);
  drawMyPlace(pen, state.place, viewport);
  drawPointedAt(pen, scene, state, viewport, signs.ranked);
  drawTrial(pen, state, viewport);
  drawMoving(pen, scene, state, viewport);
  pen.restore();
}

// Everything that a viewport shows (see viewportOf), on a pen whose canvas has the viewport's size in dots.
export function drawPicture(pen, page, viewport) {
  for (const step of drawTile(pen, page, viewport)) void step;
  const signs = drawSigns(pen, page, viewport);
  for (const step of paintingNames(pen, page, viewport)) void step;
  drawMarks(pen, page, viewport, signs);
}
