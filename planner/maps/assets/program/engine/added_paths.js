// A footpath drawn by hand, which those beside it may step onto as onto any street.

import { addLinks } from './links.js';

// The ends of a path are drawn onto a street this near; any other corner this near to a street lies on it, and meets it there, metres.
export const ENDS_M = 10, CORNER_M = 1;

/** Its length, metres. */
export function pathLength(x, y) {
  let sum = 0;
  for (let k = 1; k < x.length; k++) sum += Math.hypot(x[k] - x[k - 1], y[k] - y[k - 1]);
  return sum;
}

/**
 * @param {any} network @param {{id: string, owner: number, x: number[], y: number[]}} path `owner`: compound, -1 for everybody
 * @returns {{network: any, touched: Float64Array, first: number} | {fault: 'first' | 'last' | 'itself'}} the corner that touches no street, or a path that joins a place with itself
 */
export function addPath(network, { id, owner, x, y }) {
  const met = findMetEdges(network, x, y), last = x.length - 1;
  if (!met[0]) return { fault: 'first' };
  if (!met[last]) return { fault: 'last' };
  const links = [];
  let before = 0;
  for (let k = 1; k <= last; k++) {
    if (!met[k]) continue;
    const bends = [];
    for (let at = before + 1; at < k; at++) bends.push(x[at], y[at]);
    links.push({ id, owner, from: met[before], to: met[k], bends });
    before = k;
  }
  const added = addLinks(network, links, true);
  if (!added) return { fault: 'itself' };
  for (let e = added.first; e < added.network.u.length; e++) if (added.network.length[e] < CORNER_M) return { fault: 'itself' };
  return added;
}

// The street on the ground that each corner meets, {edge, along}, null for none; of streets equally near the first.
function findMetEdges(network, x, y) {
  const { pieces, gone } = network, found = new Array(x.length).fill(null), { ends, edge, stop, along } = pieces;
  for (let k = 0; k < x.length; k++) {
    const reach = k === 0 || k === x.length - 1 ? ENDS_M : CORNER_M;
    let best = Infinity;
    for (const grid of pieces.grids) visitNear(grid, x[k], y[k], reach, (piece) => {
      if (stop[piece] >= 0 || gone[edge[piece]]) return;
      const at = 4 * piece, dx = ends[at + 2] - ends[at], dy = ends[at + 3] - ends[at + 1], square = dx * dx + dy * dy;
      const share = square > 0 ? Math.min(Math.max(((x[k] - ends[at]) * dx + (y[k] - ends[at + 1]) * dy) / square, 0), 1) : 0;
      const away = Math.hypot(ends[at] + share * dx - x[k], ends[at + 1] + share * dy - y[k]);
      if (away > reach || away > best) return;
      const here = { edge: edge[piece], along: along[piece] + share * Math.sqrt(square) };
      if (away === best && found[k] && (here.edge > found[k].edge || (here.edge === found[k].edge && here.along >= found[k].along))) return;
      best = away;
      found[k] = here;
    });
  }
  return found;
}

function visitNear({ x0, y0, cell, columns, rows, starts, items }, x, y, reach, visit) {
  const left = Math.max(Math.floor((x - reach - x0) / cell), 0), right = Math.min(Math.floor((x + reach - x0) / cell), columns - 1);
  const low = Math.max(Math.floor((y - reach - y0) / cell), 0), high = Math.min(Math.floor((y + reach - y0) / cell), rows - 1);
  for (let row = low; row <= high; row++) for (let column = left; column <= right; column++) {
    const at = row * columns + column;
    for (let k = starts[at]; k < starts[at + 1]; k++) visit(items[k]);
  }
}
