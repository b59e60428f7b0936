// Walks from one place to others that pass no node: along one edge, straight, or over one point of a piece of street.

import { isClear } from './barriers.js';
import { gridOfPoints } from './grid.js';
import { CHORD, SLACK_M, chord } from './pieces.js';

/** Points to be reached: by edge, with where and how soon each is entered from there, and by place. */
export function lookUp({ entryEdge, entryAlong, entryMinutes, entryStarts, x, y }, network) {
  const count = entryEdge.length, nEdges = network.u.length, starts = new Int32Array(nEdges + 1);
  for (let k = 0; k < count; k++) starts[entryEdge[k] + 1]++;
  for (let e = 0; e < nEdges; e++) starts[e + 1] += starts[e];
  const cursor = starts.slice(), point = new Int32Array(count), along = new Float32Array(count), minutes = new Float32Array(count);
  for (let t = 0; t < x.length; t++) {
    for (let k = entryStarts[t]; k < entryStarts[t + 1]; k++) {
      const at = cursor[entryEdge[k]]++;
      point[at] = t; along[at] = entryAlong[k]; minutes[at] = entryMinutes[k];
    }
  }
  // Walks that pass no node look as far as two legs, so in nine cells at most.
  return { starts, point, along, minutes, places: gridOfPoints(x, y, 2 * network.limit) };
}

const room = { best: new Float64Array(0), touched: new Int32Array(0), count: 0, piece: new Int32Array(0), mark: 0 };

function improve(target, minutes) {
  if (!(minutes < room.best[target])) return;
  if (room.best[target] === Infinity) room.touched[room.count++] = target;
  room.best[target] = minutes;
}

/** The walks from point `o` of `origin` to targets: {target, minutes}, each target once, in order. */
export function findNearWalks(streets, origin, o, targets, lookup) {
  const { network } = streets, nTargets = targets.x.length, nPieces = network.pieces.edge.length;
  if (room.best.length < nTargets) { room.best = new Float64Array(nTargets).fill(Infinity); room.touched = new Int32Array(nTargets); }
  if (room.piece.length < nPieces) room.piece = new Int32Array(nPieces);
  room.count = 0;
  walkAlongEdges(streets, origin, o, lookup);
  walkNear(streets, origin, o, targets, lookup.places);
  const target = room.touched.slice(0, room.count).sort(), minutes = new Float64Array(target.length);
  for (let k = 0; k < target.length; k++) { minutes[k] = room.best[target[k]]; room.best[target[k]] = Infinity; }
  return { target, minutes };
}

function walkAlongEdges({ ahead, back }, origin, o, { starts, point, along, minutes: legs }) {
  for (let k = origin.entryStarts[o]; k < origin.entryStarts[o + 1]; k++) {
    const e = origin.entryEdge[k], from = origin.entryAlong[k], leg = origin.entryMinutes[k];
    for (let j = starts[e]; j < starts[e + 1]; j++) {
      // An edge may take longer one way than the other, so the sign decides which pace counts.
      const way = along[j] - from;
      let minutes = leg + legs[j];
      if (way > 0) minutes += way * ahead[e]; else if (way < 0) minutes -= way * back[e];
      improve(point[j], minutes);
    }
  }
}

function walkNear(streets, origin, o, targets, places) {
  const { network, legPace } = streets, { limit } = network, x = origin.x[o], y = origin.y[o], mark = ++room.mark, far = 2 * limit + SLACK_M;
  for (let k = origin.pieceStarts[o]; k < origin.pieceStarts[o + 1]; k++) room.piece[origin.piece[k]] = mark;
  const { x0, y0, cell, columns, rows, starts, items } = places;
  const left = Math.max(Math.floor((x - far - x0) / cell), 0), right = Math.min(Math.floor((x + far - x0) / cell), columns - 1);
  const low = Math.max(Math.floor((y - far - y0) / cell), 0), high = Math.min(Math.floor((y + far - y0) / cell), rows - 1);
  for (let row = low; row <= high; row++) {
    for (let column = left; column <= right; column++) {
      const at = row * columns + column;
      for (let k = starts[at]; k < starts[at + 1]; k++) {
        const t = items[k], dx = targets.x[t] - x, dy = targets.y[t] - y, straight = Math.sqrt(dx * dx + dy * dy);
        // Where no node is passed no walk is shorter than the straight one.
        if (straight > far || straight * legPace >= room.best[t]) continue;
        if (straight <= limit + SLACK_M && isClear(x, y, targets.x[t], targets.y[t], streets)) improve(t, straight * legPace);
        else walkOverPieces(streets, x, y, targets, t, mark);
      }
    }
  }
}

function walkOverPieces(streets, x, y, targets, t, mark) {
  for (let j = targets.pieceStarts[t]; j < targets.pieceStarts[t + 1]; j++) {
    if (room.piece[targets.piece[j]] !== mark) continue;
    improve(t, commonMetres(streets, x, y, targets.x[t], targets.y[t], targets.piece[j]) * streets.legPace);
  }
}

// The shortest sum of two legs that meet at one point of a piece, Infinity if none does: where the straight line from one place to the
// other, mirrored to the far side of the piece, crosses it, clipped to the part within the limit of both.
function commonMetres(streets, x1, y1, x2, y2, piece) {
  const { pieces, limit } = streets.network, { ends } = pieces;
  chord(x1, y1, ends, piece, limit);
  const { foot, height, low, high, length } = CHORD;
  chord(x2, y2, ends, piece, limit);
  const first = Math.max(low, CHORD.low), last = Math.min(high, CHORD.high);
  if (first > last) return Infinity;
  const total = height + CHORD.height;
  const best = total > 0 ? foot + ((CHORD.foot - foot) * height) / total : foot, at = Math.min(Math.max(best, first), last);
  const one = Math.sqrt(height * height + (at - foot) * (at - foot)), other = Math.sqrt(CHORD.height * CHORD.height + (at - CHORD.foot) * (at - CHORD.foot));
  const share = length > 0 ? at / length : 0, x = ends[4 * piece] + share * (ends[4 * piece + 2] - ends[4 * piece]), y = ends[4 * piece + 1] + share * (ends[4 * piece + 3] - ends[4 * piece + 1]);
  return isClear(x1, y1, x, y, streets) && isClear(x2, y2, x, y, streets) ? one + other : Infinity;
}
