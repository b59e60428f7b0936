// The straight pieces of street within a leg of a place.

// A point exactly on the limit is within it, whatever rounding says, metres.
export const SLACK_M = 1e-9;

// What `chord` finds: metres along the piece of the foot and of the part within the limit, the height over it, its length.
export const CHORD = { foot: 0, height: 0, low: 0, high: 0, length: 0 };

/** Measures a piece from a place into CHORD; low > high where no part of it is within the limit. */
export function chord(x, y, ends, piece, limit) {
  const at = 4 * piece, x1 = ends[at], y1 = ends[at + 1], dx = ends[at + 2] - x1, dy = ends[at + 3] - y1;
  const length = Math.sqrt(dx * dx + dy * dy);
  let foot = 0, height;
  if (length > 0) {
    foot = ((x - x1) * dx + (y - y1) * dy) / length;
    height = Math.abs((x - x1) * dy - (y - y1) * dx) / length;
  } else height = Math.sqrt((x - x1) * (x - x1) + (y - y1) * (y - y1));
  CHORD.foot = foot;
  CHORD.height = height;
  CHORD.length = length;
  if (height > limit + SLACK_M) { CHORD.low = 1; CHORD.high = 0; return; }
  const rest = limit * limit - height * height, half = rest > 0 ? Math.sqrt(rest) : 0;
  let low = foot - half, high = foot + half;
  if (low < 0) low = 0;
  if (high > length) high = length;
  if (low > high && low - high <= SLACK_M) low = high = Math.min(Math.max(foot, 0), length);
  CHORD.low = low;
  CHORD.high = high;
}

// Marks of the last place that met each piece: never cleared, as no mark is given twice.
const room = { met: new Int32Array(0), found: new Int32Array(0), mark: 0 };

/** The room that `findPiecesNear` writes into. */
export function pieceRoom(count) {
  if (room.met.length < count) { room.met = new Int32Array(count); room.found = new Int32Array(count); }
  return room;
}

/** Writes the pieces alive within the limit into room.found, in order; returns how many. `alive`: which pieces there are. */
export function findPiecesNear(x, y, limit, pieces, alive) {
  const { met, found } = pieceRoom(pieces.edge.length), mark = ++room.mark, { ends } = pieces;
  const west = x - limit - SLACK_M, east = x + limit + SLACK_M, south = y - limit - SLACK_M, north = y + limit + SLACK_M;
  let count = 0;
  for (let g = 0; g < pieces.grids.length; g++) {
    const { x0, y0, cell, columns, rows, starts, items } = pieces.grids[g];
    const left = Math.min(Math.max(Math.floor((x - limit - x0) / cell), 0), columns - 1), right = Math.min(Math.floor((x + limit - x0) / cell), columns - 1);
    const low = Math.min(Math.max(Math.floor((y - limit - y0) / cell), 0), rows - 1), high = Math.min(Math.floor((y + limit - y0) / cell), rows - 1);
    for (let row = low; row <= high; row++) {
      for (let k = starts[row * columns + left], last = right < left ? 0 : starts[row * columns + right + 1]; k < last; k++) {
        const piece = items[k];
        if (met[piece] === mark) continue;
        met[piece] = mark;
        const at = 4 * piece, ax = ends[at], bx = ends[at + 2], ay = ends[at + 1], by = ends[at + 3];
        if (!alive[piece] || (ax < west && bx < west) || (ax > east && bx > east) || (ay < south && by < south) || (ay > north && by > north)) continue;
        chord(x, y, ends, piece, limit);
        if (CHORD.low <= CHORD.high) found[count++] = piece;
      }
    }
  }
  sortFirst(found, count);
  return count;
}

// Sorts the first few of an array: pieces of one edge stand together then, in order.
function sortFirst(values, count) {
  if (count > 48) { values.subarray(0, count).sort(); return; }
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let at = i - 1;
    while (at >= 0 && values[at] > value) { values[at + 1] = values[at]; at--; }
    values[at + 1] = value;
  }
}

/** The group of streets that lies nearer to a place than all others, -1 for none; of the first pieces found near it. */
export function findGroup(x, y, found, count, network) {
  const { pieces, owner, compounds, limit } = network;
  let nearest = Infinity, group = Infinity, whose = -1;
  for (let k = 0; k < count; k++) {
    const own = owner[pieces.edge[found[k]]];
    chord(x, y, pieces.ends, found[k], limit);
    // The end of a bridge is above or below the streets of a group.
    if (CHORD.length === 0) continue;
    const off = Math.min(Math.max(CHORD.foot, CHORD.low), CHORD.high) - CHORD.foot, away = Math.sqrt(CHORD.height * CHORD.height + off * off);
    if (own < 0 || !compounds.isGroup[own]) { if (away < nearest) nearest = away; }
    else if (away < group) { group = away; whose = own; }
  }
  return group < nearest - SLACK_M ? whose : -1;
}
