// Whether a straight walk crosses a barrier.

import { gridOfLines } from './grid.js';

// Cells by which barriers are found: about as long as a leg, metres.
const CELL_M = 50;

/** Barriers by cell: straight parts (x1, y1, x2, y2 each), which stand in `ends` once for each cell they touch, cell by cell. */
export function listBarriers(parts) {
  const { x0, y0, cell, columns, rows, starts, items } = gridOfLines(parts, CELL_M), ends = new Float64Array(4 * items.length);
  for (let k = 0; k < items.length; k++) for (let side = 0; side < 4; side++) ends[4 * k + side] = parts[4 * items[k] + side];
  return { x0, y0, cell, columns, rows, starts, ends };
}

// Within this of its ends a walk touches a barrier and does not cross it, metres.
const TOUCH_M = 0.01;

function crosses(x1, y1, x2, y2, ends, at) {
  const ax = ends[at], ay = ends[at + 1], bx = ends[at + 2], by = ends[at + 3];
  if (x1 < x2 ? (ax > bx ? ax : bx) < x1 || (ax < bx ? ax : bx) > x2 : (ax > bx ? ax : bx) < x2 || (ax < bx ? ax : bx) > x1) return false;
  if (y1 < y2 ? (ay > by ? ay : by) < y1 || (ay < by ? ay : by) > y2 : (ay > by ? ay : by) < y2 || (ay < by ? ay : by) > y1) return false;
  const dx = x2 - x1, dy = y2 - y1;
  const sideA = dx * (ay - y1) - dy * (ax - x1), sideB = dx * (by - y1) - dy * (bx - x1);
  // A corner that lies on the walk belongs to one side: it is crossed once, or not at all.
  if (sideA > 0 === sideB > 0) return false;
  const share = sideA / (sideA - sideB), px = ax + share * (bx - ax), py = ay + share * (by - ay);
  const length = Math.sqrt(dx * dx + dy * dy), along = ((px - x1) * dx + (py - y1) * dy) / length;
  return TOUCH_M < along && along < length - TOUCH_M;
}

/** Whether no part of some barriers stands across the straight walk between two places. */
export function isClearOf(x1, y1, x2, y2, lines) {
  const { x0, y0, cell, columns, rows, starts, ends } = lines;
  let left = Math.floor(((x1 < x2 ? x1 : x2) - x0) / cell), right = Math.floor(((x1 < x2 ? x2 : x1) - x0) / cell);
  let low = Math.floor(((y1 < y2 ? y1 : y2) - y0) / cell), high = Math.floor(((y1 < y2 ? y2 : y1) - y0) / cell);
  if (left < 0) left = 0;
  if (low < 0) low = 0;
  if (right >= columns) right = columns - 1;
  if (high >= rows) high = rows - 1;
  for (let row = low; row <= high; row++) {
    if (right < left) continue;
    for (let k = starts[row * columns + left], last = starts[row * columns + right + 1]; k < last; k++) if (crosses(x1, y1, x2, y2, ends, 4 * k)) return false;
  }
  return true;
}

/** Whether nothing stands across the straight walk between two places: no wall of the map, and no bar round a shut gate. */
export const isClear = (x1, y1, x2, y2, streets) => isClearOf(x1, y1, x2, y2, streets.network.barriers) && isClearOf(x1, y1, x2, y2, streets.bars);
