// Who walks how long: the streets of one profile at one moment, with the units and facilities joined to them.

import { Joining } from './join.js';
import { lookUp } from './near_walks.js';
import { Served } from './served.js';
import { runAll } from './steps.js';
import { preparing } from './streets.js';

export { runAll };

// Points joined before a pause is possible.
const AT_ONCE = 250;

/** The units as they are joined: {x, y, compound (as on the streets of a run, groups too), outline (the compound whose outline holds them, -1)}. */
export function readUnits(columns, network) {
  const compound = columns['units.compound'];
  return { x: columns['units.x'], y: columns['units.y'], compound, outline: outlinesOf(compound, network) };
}

// Of groups of streets, which have no outline, one has to ask again wherever streets change.
const outlinesOf = (compound, network) => compound.map((whose) => (whose >= 0 && network.compounds.isGroup[whose] ? -1 : whose));

/** The facilities of a run by slot: {x, y, closed, outline}. */
export function readFacilities(columns, network) {
  const outline = outlinesOf(columns['facilities.compound'], network), x = columns['facilities.x'], y = columns['facilities.y'];
  return Array.from(x, (_, k) => ({ x: x[k], y: y[k], closed: columns['facilities.closed'][k] === 1, outline: outline[k] }));
}

export class Walk {
  constructor(streets, sets, served) { this.streets = streets; this.sets = sets; this.served = served; }

  /**
   * Prepares a walk in steps; what it yields means nothing, a pause is possible there. `usual`: the walk of the same profile whatever the hours.
   * @returns {Generator<void, Walk, void>}
   */
  static *prepare(network, units, p, q, usual = null) {
    if (usual && !changesAnything(network, q)) return new Walk(usual.streets, usual.sets, new Served(usual.streets, usual.sets, units.x.length));
    const streets = yield* preparing(network, p, q);
    if (usual && sameButLegs(streets, usual.streets)) {
      const sets = yield* joiningAgain(streets, units, usual.sets, nearGates(network, q, units));
      return new Walk(streets, sets, new Served(streets, sets, units.x.length));
    }
    const sure = q === null || !network.moments[q].switched.length;
    yield;
    const joining = new Joining(streets, units.x, units.y, { reached: true, compound: sure ? units.compound : units.outline, sure });
    while (!joining.done) { joining.run(AT_ONCE); yield; }
    const access = joining.access;
    yield;
    const sets = [{ access, lookup: lookUp(access, network), numbers: null, skip: null }];
    yield;
    return new Walk(streets, sets, new Served(streets, sets, units.x.length));
  }

  /** Opens the facilities of some slots, in steps. @returns {Generator<void, void, void>} */
  *open(facilities, slots) {
    const entries = [];
    for (let k = 0; k < slots.length; k++) {
      const one = facilities[slots[k]];
      entries.push([slots[k], this.served.place(one.x, one.y, { closed: one.closed, compound: one.outline })]);
      if (k % 16 === 15) yield;
    }
    yield;
    this.served.enterAll(entries);
  }
}

// Which rows of a set do not count, as they did not or their units are joined `again`.
function skipped({ access, numbers, skip }, again) {
  const out = numbers ? new Uint8Array(access.x.length) : again.slice();
  if (numbers) for (let t = 0; t < out.length; t++) out[t] = again[numbers[t]];
  if (skip) for (let t = 0; t < out.length; t++) if (skip[t]) out[t] = 1;
  return out;
}

const changesAnything = (network, q) => ['shut', 'closed', 'opened', 'unlocked', 'switched'].some((what) => network.moments[q][what].length);

// Whether streets at a moment differ from the usual ones in legs beside gates and steps through them alone.
function sameButLegs(streets, usual) {
  if (streets.network.moments[streets.moment].switched.length) return false;
  return streets.delay.every((minutes, k) => minutes === usual.delay[k]);
}

function nearGates(network, q, units) {
  const { shut, opened, closed, unlocked } = network.moments[q], spots = [...shut, ...closed, ...opened, ...unlocked].map((gate) => network.gates.node[gate]);
  const far = network.limit + 1, found = [];
  for (let t = 0; t < units.x.length; t++) {
    if (spots.some((node) => Math.abs(network.x[node] - units.x[t]) <= far && Math.hypot(network.x[node] - units.x[t], network.y[node] - units.y[t]) <= far)) found.push(t);
  }
  return found;
}

/** Sets of units in which some (their numbers) are joined anew to other streets; the earlier sets stay as they are for others. */
export const joinAgain = (streets, units, sets, numbers) => runAll(joiningAgain(streets, units, sets, numbers));

/** The same in steps. */
export function* joiningAgain(streets, units, sets, numbers) {
  if (!numbers.length) return sets;
  const pick = (values) => Float64Array.from(numbers, (t) => values[t]), again = new Uint8Array(units.x.length);
  for (const t of numbers) again[t] = 1;
  const kept = sets.map((set) => ({ ...set, skip: skipped(set, again) }));
  const joining = new Joining(streets, pick(units.x), pick(units.y), { reached: true, compound: Int32Array.from(numbers, (t) => units.outline[t]) });
  while (!joining.done) { joining.run(AT_ONCE); yield; }
  const { access } = joining;
  return [...kept, { access, lookup: lookUp(access, streets.network), numbers: Int32Array.from(numbers), skip: null }];
}
