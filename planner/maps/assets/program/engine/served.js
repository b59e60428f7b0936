// Nearest minutes of units, kept so that one facility more or less is cheap: the page's travel/updates.py.
//
// A facility has a slot, a number; of facilities equally near the smaller number counts. What is closed to outsiders serves the people of its
// own compound alone, and stands in no node. Units may be joined in several sets: a later one stands in for some units of those before.

import { joinPoints } from './join.js';
import { findNearWalks } from './near_walks.js';
import { goOnFrom, searchFrom, seedNearest, spreadNearest } from './search.js';

export class Served {
  /** @param {any} streets @param {any[]} sets of units: {access, lookup, numbers, skip} @param {number} nUnits */
  constructor(streets, sets, nUnits) {
    this.streets = streets; this.sets = sets; this.nUnits = nUnits;
    this.places = []; // by slot; null or undefined: none
    this.best = new Float64Array(streets.network.nGraph).fill(Infinity);
    this.label = new Int32Array(streets.network.nGraph).fill(-1);
    this.byNode = this.homes = null;
    this.settled = null; // minutes and nearest of the units, until something changes
  }

  /** The same facilities, kept apart from what happens to this one. */
  clone() {
    const copy = new Served(this.streets, this.sets, 0);
    copy.nUnits = this.nUnits; copy.places = this.places.slice(); copy.settled = this.settled; copy.byNode = this.byNode; copy.homes = this.homes;
    copy.best = this.best.slice(); copy.label = this.label.slice();
    return copy;
  }

  /** The same facilities for other units, in sets of their own; `near`: {near, nearMinutes} of a place to these. Holds until a facility comes or goes. */
  forOthers(sets, nUnits, near) {
    const places = this.places.map((place) => place && { ...place, ...near(place), home: null, reach: null });
    return Object.assign(Object.create(Served.prototype), this, { sets, nUnits, places, byNode: null, homes: null, settled: null });
  }

  /** How a facility at x, y meets streets and units. `compound`: the outline that holds it, -2 where that is not known. */
  place(x, y, { closed = false, compound = -2 } = {}) {
    const access = joinPoints(this.streets, Float64Array.of(x), Float64Array.of(y), { compound: Int32Array.of(compound) });
    return { x, y, outline: compound, closed, access, ...this.nearWalks(access) };
  }

  // The units that a facility reaches without passing a node, and the minutes.
  nearWalks(access, sets = this.sets) {
    const near = [], nearMinutes = [];
    for (const { access: units, lookup, numbers, skip } of sets) {
      const { target, minutes } = findNearWalks(this.streets, access, 0, units, lookup);
      for (let k = 0; k < target.length; k++) {
        if (skip && skip[target[k]]) continue;
        near.push(numbers ? numbers[target[k]] : target[k]);
        nearMinutes.push(minutes[k]);
      }
    }
    return { near: Int32Array.from(near), nearMinutes: Float64Array.from(nearMinutes) };
  }

  /** Opens a facility from `place` in a slot that has none. */
  enter(slot, place) {
    this.settled = null;
    this.places[slot] = place;
    if (place.closed) return;
    const { seedNode, seedMinutes } = place.access;
    seedNearest(this.best, this.label, seedNode, seedMinutes, 0, seedNode.length, slot);
    spreadNearest(this.streets.rows, this.best, this.label);
  }

  /** Opens many facilities at once: [slot, place] each; of nothing but their seeds. */
  enterAll(entries) {
    this.settled = null;
    for (const [slot, place] of entries) {
      this.places[slot] = place;
      const { seedNode, seedMinutes } = place.access;
      if (!place.closed) seedNearest(this.best, this.label, seedNode, seedMinutes, 0, seedNode.length, slot);
    }
    spreadNearest(this.streets.rows, this.best, this.label);
  }

  /** Closes the facility in a slot: its nodes are filled again from around them, and from the seeds of those that stay. */
  leave(slot) {
    const place = this.places[slot], { best, label } = this;
    this.settled = null;
    this.places[slot] = null;
    if (!place || place.closed) return;
    const hole = [];
    for (let node = 0; node < label.length; node++) if (label[node] === slot) { hole.push(node); best[node] = Infinity; label[node] = -1; }
    const { starts, from, minutes } = towards(this.streets.rows), inside = new Set(hole);
    const filled = [];
    for (const node of hole) {
      let time = Infinity, own = -1;
      for (let k = starts[node]; k < starts[node + 1]; k++) {
        const other = from[k];
        // Nodes round the hole keep what they know: the search goes on from them, not from everywhere.
        if (best[other] === Infinity || inside.has(other)) continue;
        const then = best[other] + minutes[k];
        if (then < time || (then === time && label[other] < own)) { time = then; own = label[other]; }
      }
      filled.push(time, own);
    }
    hole.forEach((node, k) => { if (filled[2 * k] < Infinity) { best[node] = filled[2 * k]; label[node] = filled[2 * k + 1]; goOnFrom(node, best[node]); } });
    this.places.forEach((other, number) => { if (other && !other.closed) this.seedInside(other, number, inside); });
    spreadNearest(this.streets.rows, best, label);
  }

  // Outside the hole another facility was nearest already: seeds change nothing there.
  seedInside({ access: { seedNode, seedMinutes } }, number, inside) {
    for (let k = 0; k < seedNode.length; k++) if (inside.has(seedNode[k])) seedNearest(this.best, this.label, seedNode, seedMinutes, k, k + 1, number);
  }

  /** Minutes of every unit to its nearest facility (Infinity) and that one's slot (-1): {minutes, nearest}. */
  settle() {
    if (this.settled) return this.settled;
    const minutes = new Float64Array(this.nUnits).fill(Infinity), nearest = new Int32Array(this.nUnits).fill(-1);
    for (const set of this.sets) this.settleSet(set, minutes, nearest);
    this.places.forEach((place, slot) => {
      if (!place) return;
      const { target, minutes: walks } = place.closed ? this.walksHome(place) : { target: place.near, minutes: place.nearMinutes };
      for (let k = 0; k < target.length; k++) {
        const t = target[k];
        if (walks[k] < minutes[t] || (walks[k] === minutes[t] && slot < nearest[t])) { minutes[t] = walks[k]; nearest[t] = slot; }
      }
    });
    this.settled = { minutes, nearest };
    return this.settled;
  }

  settleSet({ access: { seedStarts, seedNode, seedMinutes }, numbers, skip }, minutes, nearest) {
    const { best, label } = this;
    for (let t = 0; t < seedStarts.length - 1; t++) {
      if (skip && skip[t]) continue;
      let time = Infinity, own = -1;
      for (let k = seedStarts[t]; k < seedStarts[t + 1]; k++) {
        const node = seedNode[k], then = best[node] + seedMinutes[k];
        if (then < time || (then === time && then < Infinity && label[node] < own)) { time = then; own = label[node]; }
      }
      const unit = numbers ? numbers[t] : t;
      minutes[unit] = time; nearest[unit] = own;
    }
  }

  // The walks of its own people to a facility that is closed to others: {target, minutes}. They may leave the compound on the way.
  walksHome(place) {
    if (place.home) return place.home;
    const whose = place.access.compound[0], best = new Map(), doors = new Map();
    for (const [unit, access, t] of this.homesOf(whose)) {
      best.set(unit, Infinity);
      for (let k = access.seedStarts[t]; k < access.seedStarts[t + 1]; k++) {
        const list = doors.get(access.seedNode[k]), row = [unit, access.seedMinutes[k]];
        if (list) list.push(row); else doors.set(access.seedNode[k], [row]);
      }
    }
    const improve = (unit, time) => { if (time < best.get(unit)) best.set(unit, time); };
    place.near.forEach((unit, k) => improve(unit, place.nearMinutes[k]));
    let count = 0, worst = Infinity;
    const { seedNode, seedMinutes } = place.access;
    if (best.size) searchFrom(this.streets.rows, seedNode, seedMinutes, 0, seedNode.length, Infinity, (node, now) => {
      for (const [unit, leg] of doors.get(node) || []) improve(unit, now + leg);
      if (++count % 256 === 0) worst = Math.max(...best.values());
      return now > worst;
    });
    const found = [...best].filter(([, time]) => time < Infinity);
    place.home = { target: Int32Array.from(found, ([unit]) => unit), minutes: Float64Array.from(found, ([, time]) => time) };
    return place.home;
  }

  // The units of a compound: [unit, access, row of the access]. Those of all compounds with such a facility are looked up at once.
  homesOf(whose) {
    if (whose < 0) return [];
    if (!this.homes || !this.homes.has(whose)) {
      this.homes = new Map([[whose, []]]);
      for (const place of this.places) if (place && place.closed && place.access.compound[0] >= 0) this.homes.set(place.access.compound[0], []);
      this.visitUnits((unit, access, t) => { const list = this.homes.get(access.compound[t]); if (list) list.push([unit, access, t]); });
    }
    return this.homes.get(whose);
  }

  /** How many facilities are within each cutoff (ascending) of every unit: Int32Array, unit by unit. Slow at first: each facility is searched from once. */
  countWithin(cutoffs) {
    const counts = new Int32Array(this.nUnits * cutoffs.length), last = cutoffs[cutoffs.length - 1];
    for (const place of this.places) {
      if (!place) continue;
      const { target, minutes } = place.closed ? this.walksHome(place) : this.reachOf(place, last);
      for (let k = 0; k < target.length; k++) cutoffs.forEach((cutoff, c) => { if (minutes[k] <= cutoff) counts[target[k] * cutoffs.length + c]++; });
    }
    return counts;
  }

  // The units that a facility reaches within a cutoff, and the minutes; kept with it.
  reachOf(place, cutoff) {
    if (place.reach && place.reach.cutoff === cutoff) return place.reach;
    const byNode = this.unitsByNode(), best = new Map();
    const improve = (unit, time) => { if (time <= cutoff && !(best.get(unit) <= time)) best.set(unit, time); };
    const { seedNode, seedMinutes } = place.access;
    searchFrom(this.streets.rows, seedNode, seedMinutes, 0, seedNode.length, cutoff, (node, now) => {
      for (let k = byNode.starts[node]; k < byNode.starts[node + 1]; k++) improve(byNode.unit[k], now + byNode.minutes[k]);
      return false;
    });
    place.near.forEach((unit, k) => improve(unit, place.nearMinutes[k]));
    place.reach = { cutoff, target: Int32Array.from(best.keys()), minutes: Float64Array.from(best.values()) };
    return place.reach;
  }

  // The units by the nodes of their seeds, ragged over the nodes; worked out once.
  unitsByNode() {
    if (this.byNode) return this.byNode;
    const starts = new Int32Array(this.streets.network.nGraph + 1);
    const visit = (see) => this.visitUnits((unit, { seedStarts, seedNode, seedMinutes }, t) => { for (let k = seedStarts[t]; k < seedStarts[t + 1]; k++) see(unit, seedNode[k], seedMinutes[k]); });
    visit((_, node) => { starts[node + 1]++; });
    for (let node = 1; node < starts.length; node++) starts[node] += starts[node - 1];
    const cursor = starts.slice(), size = starts[starts.length - 1], unit = new Int32Array(size), minutes = new Float64Array(size);
    visit((t, node, time) => { const at = cursor[node]++; unit[at] = t; minutes[at] = time; });
    this.byNode = { starts, unit, minutes };
    return this.byNode;
  }

  // Calls visit(unit, access, row of the access) for every unit.
  visitUnits(visit) {
    for (const { access, numbers, skip } of this.sets) for (let t = 0; t < access.x.length; t++) if (!skip || !skip[t]) visit(numbers ? numbers[t] : t, access, t);
  }
}

/** For each node of a search graph those that lead to it: {starts, from, minutes}; worked out once. */
function towards(rows) {
  if (rows.towards) return rows.towards;
  const { starts, next, minutes } = rows, nGraph = starts.length - 1, back = new Int32Array(nGraph + 1);
  for (let k = 0; k < next.length; k++) back[next[k] + 1]++;
  for (let node = 0; node < nGraph; node++) back[node + 1] += back[node];
  const cursor = back.slice(), from = new Int32Array(next.length), times = new Float64Array(next.length);
  for (let node = 0; node < nGraph; node++) for (let k = starts[node]; k < starts[node + 1]; k++) { const at = cursor[next[k]]++; from[at] = node; times[at] = minutes[k]; }
  rows.towards = { starts: back, from, minutes: times };
  return rows.towards;
}
