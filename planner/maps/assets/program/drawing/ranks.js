// The numbers of ranked gaps.

import { COLOURS } from './colours.js';
import { interpolate } from './pens.js';
import { GAP_ZOOM } from './zooms.js';

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

export function drawRanks(pen, scene, state, viewport) {
  // Drawn in the order of rank; from afar only the first, and the one that is open. A number that would
  // cover another is left out until the map is zoomed in; so is that of a gap less than 30 pixels wide.
  const k = viewport.scale, { box } = viewport;
  const placed = [], r = rankSize(viewport), gaps = state.gapsHere().list;
  const open = gaps.filter((gap) => state.open === 'g' + gap.index);
  for (const gap of open.concat(gaps)) {
    if (!gap.shape || !box.has(gap.x, gap.y)) continue;
    const lit = open.includes(gap), first = state.isFirst(gap);
    if (!lit && !first && viewport.zoom < GAP_ZOOM) continue;
    const wide = Math.max(gap.shape.box.x1 - gap.shape.box.x0, gap.shape.box.y1 - gap.shape.box.y0) * k;
    if (!lit && !first && wide < 30) continue;
    if (placed.some((other) => Math.hypot(other.x - gap.x, other.y - gap.y) < 2.15 * r)) continue;
    placed.push(gap);
    drawRank(pen, gap.x, gap.y, state.gapRank(gap), lit, viewport);
  }
  return placed;
}
