// Whether a straight walk crosses a barrier. `lines`: {ends: x1, y1, x2, y2 of each part, grid}.

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
  const { ends, grid } = lines, { x0, y0, cell, columns, rows, starts, items } = grid;
  let left = Math.floor(((x1 < x2 ? x1 : x2) - x0) / cell), right = Math.floor(((x1 < x2 ? x2 : x1) - x0) / cell);
  let low = Math.floor(((y1 < y2 ? y1 : y2) - y0) / cell), high = Math.floor(((y1 < y2 ? y2 : y1) - y0) / cell);
  if (left < 0) left = 0;
  if (low < 0) low = 0;
  if (right >= columns) right = columns - 1;
  if (high >= rows) high = rows - 1;
  for (let row = low; row <= high; row++) {
    for (let at = row * columns + left, last = row * columns + right; at <= last; at++) {
      for (let k = starts[at]; k < starts[at + 1]; k++) if (crosses(x1, y1, x2, y2, ends, 4 * items[k])) return false;
    }
  }
  return true;
}

/** Whether nothing stands across the straight walk between two places: no wall of the map, and no bar round a shut gate. */
export const isClear = (x1, y1, x2, y2, streets) => isClearOf(x1, y1, x2, y2, streets.network.barriers) && isClearOf(x1, y1, x2, y2, streets.bars);
