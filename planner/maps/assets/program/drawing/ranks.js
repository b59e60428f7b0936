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

const widthOf = (shape) => (shape ? Math.max(shape.box.x1 - shape.box.x0, shape.box.y1 - shape.box.y0) : 0);

// The gaps whose numbers have room at a zoom, on the whole map, in the order of rank, each with the place of its number;
// from afar only the first, and the one that is open. Their numbers are always there: one that would cover another stands
// beside its place. Other numbers are left out then until the map is zoomed in, as are those of gaps less than 30 pixels wide.
export function numberedGaps(state, zoom) {
  if (state.numbered) return listedSpots(state.numbered, rankPixels(zoom) / Math.pow(2, zoom - PLANE_ZOOM));
  const scale = Math.pow(2, zoom - PLANE_ZOOM), r = rankPixels(zoom) / scale, placed = [];
  const gaps = state.gapsHere().list, open = gaps.filter((gap) => state.open === 'g' + gap.index);
  for (const gap of open.concat(gaps.filter((one) => !open.includes(one)))) {
    const first = open.includes(gap) || state.isFirst(gap);
    if (!first && (zoom < GAP_ZOOM || widthOf(gap.shape) * scale < 30)) continue;
    const spot = first ? freeSpot(gap, placed, r) : gap;
    if (!isFree(spot, placed, r)) continue;
    placed.push(Object.assign(Object.create(gap), { gap, x: spot.x, y: spot.y }));
  }
  return placed;
}

// Where paper puts its numbers, all of them: one that would cover another stands beside its place.
function listedSpots(numbered, r) {
  const placed = [];
  for (const one of numbered) placed.push({ ...one, ...freeSpot(one.gap, placed, r) });
  return placed;
}

const AROUND = 12;

const isFree = (spot, placed, r) => placed.every((other) => Math.hypot(other.x - spot.x, other.y - spot.y) >= 2.15 * r);

// The place itself, or the nearest one around it where no other number stands.
export function freeSpot({ x, y }, placed, r) {
  for (let ring = 0; ring < 6; ring++) {
    for (let i = 0; i < (ring ? AROUND : 1); i++) {
      const turn = (2 * Math.PI * (i + 0.5)) / AROUND, spot = { x: x + 1.2 * ring * r * Math.cos(turn), y: y + 1.2 * ring * r * Math.sin(turn) };
      if (isFree(spot, placed, r)) return spot;
    }
  }
  return { x, y };
}

// A line leads from a number to its place where that is beside it.
function drawLeaders(pen, spots, viewport) {
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.4 / viewport.scale; pen.setLineDash([]);
  for (const { gap, x, y } of spots) { pen.beginPath(); pen.moveTo(gap.x, gap.y); pen.lineTo(x, y); pen.stroke(); }
}

export function drawRanks(pen, state, viewport) {
  const seen = numberedGaps(state, viewport.zoom).filter(({ x, y }) => state.numbered || viewport.box.has(x, y));
  drawLeaders(pen, seen, viewport);
  for (const { gap, x, y, sign } of seen) drawRank(pen, x, y, sign || state.gapRank(gap), state.open === 'g' + gap.index, viewport);
  return seen;
}
