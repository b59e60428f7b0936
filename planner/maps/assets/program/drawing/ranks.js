// The numbers of ranked gaps.

import { COLOURS } from './colours.js';
import { interpolate, numberSize, writeAt } from './pens.js';

export const rankSize = (viewport) => interpolate([[11.5, 9], [13, 11]], viewport.zoom) / viewport.scale;

export function drawRank(pen, x, y, rank, lit, viewport) {
  const k = viewport.scale, r = rankSize(viewport);
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.gapEdge : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.8 / k; pen.stroke();
  writeAt(pen, rank, x, y, { size: numberSize(rank, r * k), colour: lit ? '#ffffff' : '#9a3412', scale: k });
}

export function drawRanks(pen, scene, state, viewport) {
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
