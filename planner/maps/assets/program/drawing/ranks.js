// The numbers of ranked gaps.

import { PLANE_ZOOM } from '../data/plane.js';
import { COLOURS } from './colours.js';
import { interpolate, numberSize, writeAt } from './pens.js';

export const rankPixels = (zoom) => interpolate([[11.5, 9], [13, 11]], zoom);

export const rankSize = (viewport) => rankPixels(viewport.zoom) / viewport.scale;

export function drawRank(pen, x, y, rank, lit, viewport) {
  const k = viewport.scale, r = rankSize(viewport);
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.gapEdge : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.8 / k; pen.stroke();
  writeAt(pen, rank, x, y, { size: numberSize(rank, r * k), colour: lit ? '#ffffff' : '#9a3412', scale: k });
}

const widthOf = (shape) => (shape ? Math.max(shape.box.x1 - shape.box.x0, shape.box.y1 - shape.box.y0) : 0);

// The gaps whose numbers have room at a zoom, on the whole map, in the order of rank. A number that would cover another
// is left out until the map is zoomed in; so is that of a gap beyond rank 10 that is less than 30 pixels wide.
export function numberedGaps(scene, state, zoom) {
  const scale = Math.pow(2, zoom - PLANE_ZOOM), apart = (2.15 * rankPixels(zoom)) / scale, placed = [];
  const gaps = scene.gaps.filter((gap) => !gap.scattered && !gap.gone && (state.town === null || gap.town === state.town));
  const open = gaps.filter((gap) => state.open === 'g' + gap.index);
  for (const gap of open.concat(gaps)) {
    if (!open.includes(gap) && gap.rank > 10 && widthOf(gap.shape) * scale < 30) continue;
    if (placed.some((other) => Math.hypot(other.x - gap.x, other.y - gap.y) < apart)) continue;
    placed.push(gap);
  }
  return placed;
}

export function drawRanks(pen, scene, state, viewport) {
  const seen = numberedGaps(scene, state, viewport.zoom).filter((gap) => viewport.box.has(gap.x, gap.y));
  for (const gap of seen) drawRank(pen, gap.x, gap.y, gap.rank, state.open === 'g' + gap.index, viewport);
  return seen;
}
