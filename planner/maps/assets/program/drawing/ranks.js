// The numbers of ranked gaps.

import { PLANE_ZOOM } from '../data/plane.js';
import { COLOURS } from './colours.js';
import { interpolate, numberSize, writeAt } from './pens.js';
import { GAP_ZOOM } from './zooms.js';

export const rankPixels = (zoom) => interpolate([[11.5, 9], [13, 11]], zoom);

export const rankSize = (viewport) => rankPixels(viewport.zoom) / viewport.scale;

export function drawRank(pen, x, y, rank, lit, viewport) {
  const k = viewport.scale, r = rankSize(viewport);
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.gapEdge : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.8 / k; pen.stroke();
  writeAt(pen, rank, x, y, { size: numberSize(rank, r * k), colour: lit ? '#ffffff' : '#9a3412', scale: k });
}

// The gaps whose numbers have room at a zoom, on the whole map, in the order of rank; from afar only the first, and the one
// that is open. A number that would cover another is left out until the map is zoomed in; so is that of a gap less than 30 pixels wide.
export function numberedGaps(scene, state, zoom) {
  const scale = Math.pow(2, zoom - PLANE_ZOOM), apart = (2.15 * rankPixels(zoom)) / scale, placed = [];
  const gaps = state.gapsHere().list.filter((gap) => gap.shape), open = gaps.filter((gap) => state.open === 'g' + gap.index);
  for (const gap of open.concat(gaps)) {
    const first = open.includes(gap) || state.isFirst(gap);
    if (!first && zoom < GAP_ZOOM) continue;
    const wide = Math.max(gap.shape.box.x1 - gap.shape.box.x0, gap.shape.box.y1 - gap.shape.box.y0) * scale;
    if (!first && wide < 30) continue;
    if (placed.some((other) => Math.hypot(other.x - gap.x, other.y - gap.y) < apart)) continue;
    placed.push(gap);
  }
  return placed;
}

export function drawRanks(pen, scene, state, viewport) {
  const seen = numberedGaps(scene, state, viewport.zoom).filter((gap) => viewport.box.has(gap.x, gap.y));
  for (const gap of seen) drawRank(pen, gap.x, gap.y, state.gapRank(gap), state.open === 'g' + gap.index, viewport);
  return seen;
}
