// Pictures of the map for paper, painted by the functions that draw the screen.

import { Box, PLANE_ZOOM } from '../data/plane.js';
import { COLOURS } from '../drawing/colours.js';
import { drawFindings } from '../drawing/findings.js';
import { drawNorthArrow, drawScaleBar } from '../drawing/furniture.js';
import { drawGround } from '../drawing/ground.js';
import { Labels, paintingLabels } from '../drawing/labels.js';
import { paintingNow } from '../drawing/slices.js';
import { aim } from '../drawing/viewport.js';
import { drawWatermark } from '../drawing/watermark.js';
import { make } from '../panel/elements.js';

// Pixels of the drawing along each side, and dots of the picture for each of them: some 330 an inch on A4.
const SIDE = 800, DOTS = 3;
const MARGIN = 14;
const PART = 200, RIM = 24; // the ground is painted in squares of so many pixels; what stands so near may reach into one
const PALER = 0.6; // the notice, of which the head and the foot of every sheet tell as well

// The square round a box of the plane, as a viewport {zoom, scale, box} and where the pen has to stand.
export function squareAround(box, side = SIDE, dots = DOTS) {
  const scale = (side - 2 * MARGIN) / Math.max(box.x1 - box.x0, box.y1 - box.y0, 1);
  const x = ((box.x0 + box.x1) / 2) * scale - side / 2, y = ((box.y0 + box.y1) / 2) * scale - side / 2;
  const seen = new Box();
  seen.add(x / scale, y / scale); seen.add((x + side) / scale, (y + side) / scale);
  return { zoom: PLANE_ZOOM + Math.log2(scale), scale, dots, side, x, y, box: seen, step: 0.6 / (scale * dots) };
}

// Paint a picture in steps; what comes out at the end is its canvas.
export function* paintingMap(page, view) {
  const { side, dots } = view, canvas = make('canvas', { width: side * dots, height: side * dots });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  yield* paintingNow(pen, painting(pen, page, view));
  return canvas;
}

function* painting(pen, page, view) {
  yield* paintingGround(pen, page, view);
  drawFindings(pen, page.scene, page.state, view);
  yield;
  if (page.state.layers.labels) {
    const labels = new Labels(page.scene);
    yield* labels.preparing(view.zoom, page.state, pen);
    yield* paintingLabels(pen, labels, page.state, view);
  }
  drawFurniture(pen, page, view);
}

function* paintingGround(pen, page, view) {
  pen.fillStyle = COLOURS.paper; pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
  yield;
  for (let top = 0; top < view.side; top += PART) for (let left = 0; left < view.side; left += PART) yield* paintingPart(pen, page, view, left, top);
  aim(pen, view);
  if (!page.data.synthetic || page.small) return;
  pen.globalAlpha = PALER;
  drawWatermark(pen, page.words.say('synthetic'), view);
  pen.globalAlpha = 1;
}

// A square of the ground alone: all of it at once would take long on a slow PC.
function* paintingPart(pen, page, view, left, top) {
  const { scale, dots, x, y } = view, box = new Box();
  box.add((x + left - RIM) / scale, (y + top - RIM) / scale);
  box.add((x + left + PART + RIM) / scale, (y + top + PART + RIM) / scale);
  pen.save();
  pen.beginPath(); pen.rect(left * dots, top * dots, PART * dots, PART * dots); pen.clip();
  aim(pen, view);
  yield* drawGround(pen, page.scene, page.state, { ...view, box });
  pen.restore();
}

function drawFurniture(pen, page, { side, dots, scale }) {
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  drawScaleBar(pen, 12, side - 14, page.scene.plane.metres / scale, page.words);
  drawNorthArrow(pen, side - 26, 30, page.words.say('north'));
}

// Where the gaps of the table are: borders, water and the numbers.
export function* paintingLocator(page, view) {
  const switches = Object.fromEntries(Object.keys(page.state.switches).map((name) => [name, ['gaps', 'backdrop', 'areas', 'streets'].includes(name)]));
  const state = Object.assign(Object.create(page.state), { switches, tab: 'gaps', numbered: page.rows });
  return yield* paintingMap(Object.assign(Object.create(page), { state, small: true }), view);
}
