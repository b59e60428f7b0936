// Pictures of the map for paper, painted by the functions that draw the screen.

import { Box, PLANE_ZOOM } from '../data/plane.js';
import { COLOURS } from '../drawing/colours.js';
import { drawFindings } from '../drawing/findings.js';
import { drawNorthArrow, drawScaleBar } from '../drawing/furniture.js';
import { drawGround } from '../drawing/ground.js';
import { drawLabels, Labels } from '../drawing/labels.js';
import { drawWatermark } from '../drawing/watermark.js';
import { make } from '../panel/elements.js';

// Pixels of the drawing along each side, and dots of the picture for each of them: some 330 an inch on A4.
const SIDE = 800, DOTS = 3;
const MARGIN = 14;
const PALER = 0.6; // the notice, of which the head and the foot of every sheet tell as well
const PARTS = 6; // pieces along each side, so that the page can answer between them

// The square round a box of the plane, as a viewport {zoom, scale, box} and where the pen has to stand.
export function squareAround(box, side = SIDE, dots = DOTS) {
  const scale = (side - 2 * MARGIN) / Math.max(box.x1 - box.x0, box.y1 - box.y0, 1);
  const x = ((box.x0 + box.x1) / 2) * scale - side / 2, y = ((box.y0 + box.y1) / 2) * scale - side / 2;
  return { zoom: PLANE_ZOOM + Math.log2(scale), scale, dots, side, x, y, box: boxOf(scale, x, y, side, side) };
}

function boxOf(scale, x, y, wide, high) {
  const box = new Box();
  box.add(x / scale, y / scale);
  box.add((x + wide) / scale, (y + high) / scale);
  return box;
}

function aim(pen, { scale, dots, x, y }) { pen.setTransform(dots * scale, 0, 0, dots * scale, -x * dots, -y * dots); }

// Paint a picture piece by piece: {value} is the canvas once it is done.
export function* paintingMap(page, view) {
  const { side, dots } = view, part = side / PARTS;
  const canvas = make('canvas', { width: side * dots, height: side * dots });
  const pen = canvas.getContext('2d', { willReadFrequently: true }); // painted when told, not all of it when it is read
  for (let row = 0; row < PARTS; row++) {
    for (let column = 0; column < PARTS; column++) {
      pen.save();
      pen.setTransform(dots, 0, 0, dots, 0, 0);
      pen.beginPath(); pen.rect(column * part, row * part, part, part); pen.clip();
      paintGround(pen, page, { ...view, box: boxOf(view.scale, view.x + column * part, view.y + row * part, part, part) });
      pen.restore();
      yield;
    }
  }
  aim(pen, view);
  drawFindings(pen, page.scene, page.state, view);
  yield;
  if (page.state.layers.labels) {
    const labels = new Labels(page.scene, () => {});
    yield* labels.preparing(view.zoom, page.state, pen);
    drawLabels(pen, labels, page.state, view);
    yield;
  }
  drawFurniture(pen, page, view);
  return canvas;
}

function paintGround(pen, page, view) {
  pen.fillStyle = COLOURS.paper; pen.fillRect(0, 0, view.side, view.side);
  aim(pen, view);
  drawGround(pen, page.scene, page.state, view);
  if (!page.data.synthetic || page.small) return;
  pen.globalAlpha = PALER;
  drawWatermark(pen, page.words.say('synthetic'), view);
  pen.globalAlpha = 1;
}

function drawFurniture(pen, page, { side, dots, scale }) {
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  drawScaleBar(pen, 12, side - 14, page.scene.plane.metres / scale, page.words);
  drawNorthArrow(pen, side - 26, 30, page.words.say('north'));
}

// Where the gaps of the table are: borders, water and the numbers.
export function* paintingLocator(page, view) {
  const layers = Object.fromEntries(Object.keys(page.state.layers).map((name) => [name, ['gaps', 'backdrop', 'areas', 'streets'].includes(name)]));
  const state = Object.assign(Object.create(page.state), { layers, tab: 'gaps', numbered: page.rows });
  return yield* paintingMap(Object.assign(Object.create(page), { state, small: true }), view);
}
