// Where edits change the reach: the streets that are come to sooner or later than today, and those around them, for drawing.

import { cutLine, listBeside, stretchesOf, timesAt } from './reach.js';

// Streets within so many metres of a changed one are told again: their reach lies beside it.
const CELL_M = 200;
const SAME_MINUTES = 1e-9;

// What is needed of a walk: its streets, minutes at their ends, and the stations beside them.
export const takeReach = ({ streets }, served) => ({ streets, best: served.best.slice(), beside: listBeside(served) });

// {mask, within: {cutoff: ...}}: lines {lonlat, ends}; `mask`: all that is or was within the last cutoff where something changed;
// `within`: what is within each cutoff now, there and around. `short`: minutes that a line ends before its reach does.
export function * findReachChanges(today, now, cutoffs, short, toDegrees) {
  const last = cutoffs[cutoffs.length - 1], changed = yield* listChanged(today, now, last), mask = new Writer(toDegrees), cells = new Set();
  for (const [from, edges] of [[today, changed.today], [now, changed.now]]) {
    for (const e of edges) {
      mask.add(from, e, last - short);
      markCells(from.streets.network, e, (key) => cells.add(key));
    }
  }
  const within = {}, around = yield* listAround(now, cells);
  for (const cutoff of cutoffs) {
    const writer = new Writer(toDegrees);
    for (const e of around) writer.add(now, e, cutoff - short);
    within[cutoff] = writer.lines;
    yield;
  }
  return { mask: mask.lines, within };
}

const isThere = ({ streets }, e) => e < streets.network.u.length && !streets.network.gone[e];

// The numbers of the streets whose minutes differ, as they are in both; an edit keeps the numbers that there were.
function * listChanged(today, now, last) {
  const found = { today: [], now: [] }, count = Math.max(today.streets.network.u.length, now.streets.network.u.length);
  for (let e = 0; e < count; e++) {
    if (e % 4000 === 3999) yield;
    const was = isThere(today, e), is = isThere(now, e);
    if (was && is && !differs(today, now, e, last)) continue;
    if (was) found.today.push(e);
    if (is) found.now.push(e);
  }
  return found;
}

function endsOf({ streets: { network: { tail, head, tailIn, headIn } }, best }, e) { return [timesAt(best, tail[e], tailIn[e]), timesAt(best, head[e], headIn[e])]; }

function differs(today, now, e, last) {
  const was = endsOf(today, e), is = endsOf(now, e);
  if (was.some((one, i) => Math.min(one, is[i]) <= last && !(Math.abs(one - is[i]) <= SAME_MINUTES))) return true;
  return String(today.beside.get(e)) !== String(now.beside.get(e));
}

// Calls with the squares that a street passes.
function markCells({ offsets, lineX, lineY }, e, call) {
  for (let at = offsets[e]; at < offsets[e + 1]; at++) {
    const next = Math.min(at + 1, offsets[e + 1] - 1), dx = lineX[next] - lineX[at], dy = lineY[next] - lineY[at], steps = Math.ceil(Math.hypot(dx, dy) / (CELL_M / 2)) || 1;
    for (let s = 0; s < steps; s++) call(Math.floor((lineX[at] + (s / steps) * dx) / CELL_M) + ':' + Math.floor((lineY[at] + (s / steps) * dy) / CELL_M));
  }
}

function * listAround(now, cells) {
  const { network } = now.streets, near = new Set(), found = [];
  for (const key of cells) {
    const [x, y] = key.split(':').map(Number);
    for (let i = -1; i <= 1; i++) for (let j = -1; j <= 1; j++) near.add((x + i) + ':' + (y + j));
  }
  if (!near.size) return found;
  for (let e = 0; e < network.u.length; e++) {
    if (e % 2000 === 1999) yield;
    let beside = false;
    if (isThere(now, e)) markCells(network, e, (key) => { beside = beside || near.has(key); });
    if (beside) found.push(e);
  }
  return found;
}

class Writer {
  constructor(toDegrees) { this.toDegrees = toDegrees; this.lonlat = []; this.ends = []; }

  add({ streets, best, beside }, e, cutoff) {
    if (!(streets.ahead[e] < Infinity || streets.back[e] < Infinity)) return;
    for (const [from, to] of stretchesOf(e, cutoff, streets, best, beside)) {
      cutLine(streets.network, e, from, to, (x, y) => this.lonlat.push(...this.toDegrees(x, y)));
      this.ends.push(this.lonlat.length / 2);
    }
  }

  get lines() { return { lonlat: Float64Array.from(this.lonlat), ends: Uint32Array.from(this.ends) }; }
}
