// A walk after an edit of streets, from the one before: what is new only adds ways, and whoever it may concern is joined again.

import { goOnFrom, spreadNearest } from './search.js';
import { Served } from './served.js';
import { runAll } from './steps.js';
import { preparing } from './streets.js';
import { Walk, joiningAgain } from './walk.js';

/**
 * @param {Walk} walk before the edit, with its facilities @param {any} network after it @param {Float64Array} touched see links.js; of several edits all that each touched
 * @param {any} units from `readUnits`
 */
export const editWalk = (walk, network, touched, units) => runAll(editing(walk, network, touched, units));

/** The same in steps. @param {Walk} walk @param {any} network @param {Float64Array} touched @param {any} units @returns {Generator<void, Walk, void>} */
export function* editing(walk, network, touched, units) {
  const { profile, moment } = walk.streets, streets = yield* preparing(network, profile, moment), near = new Near(touched, network.limit + 1);
  const numbers = [];
  for (let t = 0; t < units.x.length; t++) if (near.has(units.x[t], units.y[t])) numbers.push(t);
  const sets = yield* joiningAgain(streets, units, walk.sets, numbers);
  return new Walk(streets, sets, yield* serveOn(walk.served, streets, sets, near, numbers));
}

function* serveOn(before, streets, sets, near, numbers) {
  const served = new Served(streets, sets, before.nUnits), again = new Uint8Array(before.nUnits), fresh = new Fresh(numbers.length ? sets.slice(-1) : [], streets.network);
  for (const unit of numbers) again[unit] = 1;
  served.best.set(before.best);
  served.label.set(before.label);
  yield;
  relax(streets.rows, served.best, served.label);
  const changed = [];
  for (let slot = 0; slot < before.places.length; slot++) {
    if (slot % 100 === 0) yield;
    const place = before.places[slot];
    if (!place) continue;
    served.places[slot] = { ...place, home: null, reach: null };
    if (near.has(place.x, place.y)) changed.push([slot, served.place(place.x, place.y, { closed: place.closed, compound: place.outline })]);
    else Object.assign(served.places[slot], withFresh(served, place, again, fresh));
  }
  yield;
  for (const [slot, place] of changed) {
    // Who is in another compound now has other legs; everybody else only more.
    if (place.access.compound[0] !== served.places[slot].access.compound[0]) served.leave(slot);
    served.enter(slot, place);
  }
  return served;
}

// The walks from a facility that pass no node: of units joined again those to where they are joined now.
function withFresh(served, place, again, fresh) {
  const more = fresh.mayMeet(place) ? served.nearWalks(place.access, fresh.sets) : NOBODY;
  if (!more.near.length && !place.near.some((unit) => again[unit])) return {};
  const kept = [...place.near.keys()].filter((k) => !again[place.near[k]]);
  return { near: Int32Array.from([...kept.map((k) => place.near[k]), ...more.near]), nearMinutes: Float64Array.from([...kept.map((k) => place.nearMinutes[k]), ...more.nearMinutes]) };
}

const NOBODY = { near: new Int32Array(0), nearMinutes: new Float64Array(0) };

// Units that were joined again, in one set or none: whom could a facility reach without passing a node?
export class Fresh {
  constructor(sets, network) {
    const far = 2 * network.limit + 1;
    this.sets = sets;
    this.edges = new Uint8Array(network.u.length);
    this.x0 = this.y0 = Infinity; this.x1 = this.y1 = -Infinity;
    for (const { access } of sets) {
      for (let k = 0; k < access.entryEdge.length; k++) this.edges[access.entryEdge[k]] = 1;
      for (let t = 0; t < access.x.length; t++) {
        this.x0 = Math.min(this.x0, access.x[t] - far); this.x1 = Math.max(this.x1, access.x[t] + far);
        this.y0 = Math.min(this.y0, access.y[t] - far); this.y1 = Math.max(this.y1, access.y[t] + far);
      }
    }
  }

  mayMeet({ x, y, access }) {
    if (x >= this.x0 && x <= this.x1 && y >= this.y0 && y <= this.y1) return true;
    for (let k = 0; k < access.entryEdge.length; k++) if (this.edges[access.entryEdge[k]]) return true;
    return false;
  }
}

// Lets every row improve the node it leads to, and what lies behind.
function relax(rows, best, label) {
  const { starts, next, minutes } = rows;
  for (let node = 0; node < starts.length - 1; node++) {
    const now = best[node];
    if (now === Infinity) continue;
    for (let k = starts[node]; k < starts[node + 1]; k++) {
      const then = now + minutes[k], other = next[k];
      if (then < best[other] || (then === best[other] && label[node] < label[other])) { best[other] = then; label[other] = label[node]; goOnFrom(other, then); }
    }
  }
  spreadNearest(rows, best, label);
}

// Which places lie near straight lines.
class Near {
  constructor(lines, far) {
    this.lines = lines; this.far = far;
    this.cells = new Map(); // by squares of the reach: the lines whose box, widened by it, touches them
    for (let k = 0; k < lines.length; k += 4) {
      const left = Math.floor((Math.min(lines[k], lines[k + 2]) - far) / far), right = Math.floor((Math.max(lines[k], lines[k + 2]) + far) / far);
      const low = Math.floor((Math.min(lines[k + 1], lines[k + 3]) - far) / far), high = Math.floor((Math.max(lines[k + 1], lines[k + 3]) + far) / far);
      for (let row = low; row <= high; row++) for (let column = left; column <= right; column++) {
        const key = row * 67108864 + column, list = this.cells.get(key);
        if (list) list.push(k); else this.cells.set(key, [k]);
      }
    }
  }

  has(x, y) {
    const list = this.cells.get(Math.floor(y / this.far) * 67108864 + Math.floor(x / this.far));
    return Boolean(list) && list.some((k) => this.away(k, x, y) <= this.far);
  }

  away(k, x, y) {
    const { lines } = this, dx = lines[k + 2] - lines[k], dy = lines[k + 3] - lines[k + 1], square = dx * dx + dy * dy;
    const share = square > 0 ? Math.min(Math.max(((x - lines[k]) * dx + (y - lines[k + 1]) * dy) / square, 0), 1) : 0;
    return Math.hypot(lines[k] + share * dx - x, lines[k + 1] + share * dy - y);
  }
}
