// The numbers of ranked gaps.

import { COLOURS } from './colours.js';
import { interpolate } from './pens.js';

export const rankSize = (viewport) => interpolate([[11.5, 9], [13, 11]], viewport.zoom) / viewport.scale;

export function drawRank(pen, x, y, rank, lit, viewport) {
  const k = viewport.scale, r = rankSize(viewport);
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.gapEdge : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.8 / k; pen.stroke();
  pen.fillStyle = lit ? '#ffffff' : '#9a3412';
  pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.font = '700 ' + (rank > 99 ? 0.85 : 1.1) * r + 'px system-ui, sans-serif';
  pen.fillText(String(rank), x, y + 0.7 / k);
}

// The numbers that paper lists, each of them: one that would cover another stands beside its place, with a line to it.
function drawListed(pen, numbered, viewport) {
  const r = rankSize(viewport), placed = [];
  for (const { gap, sign } of numbered) {
    const spot = freeSpot(gap, placed, r);
    placed.push({ ...spot, gap, sign });
    if (spot.x === gap.x && spot.y === gap.y) continue;
    pen.beginPath(); pen.moveTo(gap.x, gap.y); pen.lineTo(spot.x, spot.y);
    pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.4 / viewport.scale; pen.setLineDash([]); pen.stroke();
  }
  for (const { x, y, sign } of placed) drawRank(pen, x, y, sign, false, viewport);
  return placed;
}

const AROUND = 12;

// The place itself, or the nearest one around it where no other number stands.
export function freeSpot({ x, y }, placed, r) {
  const free = (spot) => placed.every((other) => Math.hypot(other.x - spot.x, other.y - spot.y) >= 2.15 * r);
  for (let ring = 0; ring < 6; ring++) {
    for (let i = 0; i < (ring ? AROUND : 1); i++) {
      const turn = (2 * Math.PI * (i + 0.5)) / AROUND, spot = { x: x + 1.2 * ring * r * Math.cos(turn), y: y + 1.2 * ring * r * Math.sin(turn) };
      if (free(spot)) return spot;
    }
  }
  return { x, y };
}

export function drawRanks(pen, scene, state, viewport) {
  if (state.numbered) return drawListed(pen, state.numbered, viewport);
  // Drawn in the order of rank. A number that would cover another is left out until the map is
  // zoomed in; so is that of a gap beyond rank 10 that is less than 30 pixels wide.
  const k = viewport.scale, { box } = viewport;
  const placed = [], r = rankSize(viewport);
  const gaps = scene.gaps.filter((gap) => gap.shape && (state.town === null || gap.town === state.town));
  const open = gaps.filter((gap) => state.open === 'g' + gap.index);
  for (const gap of open.concat(gaps)) {
    if (!box.has(gap.x, gap.y)) continue;
    const lit = open.includes(gap);
    const wide = Math.max(gap.shape.box.x1 - gap.shape.box.x0, gap.shape.box.y1 - gap.shape.box.y0) * k;
    if (!lit && gap.rank > 10 && wide < 30) continue;
    if (placed.some((other) => Math.hypot(other.x - gap.x, other.y - gap.y) < 2.15 * r)) continue;
    placed.push(gap);
    drawRank(pen, gap.x, gap.y, gap.rank, lit, viewport);
  }
  return placed;
}
