// What speaks against judging people, as planner/coverage/grounds.py finds it: the grounds on which a verdict is unknown.

import { doorAt } from './network.js';
import { Parts } from './parts.js';

// The reasons, the first that applies counts; 0: none.
export const REASONS = ['', 'no street near', 'no gate known', 'island', 'facility not joined', 'place not confirmed', 'hours not known', 'edge of data'];
const NO_STREET = 1, NO_GATE = 2, ISLAND = 3;

// The island that each edge belongs to, -1 for streets of none; a street that is open at some hours alone counts too.
export function numberIslands({ u, v, island, gone, x }) {
  const parts = new Parts(x.length), number = new Int32Array(u.length).fill(-1);
  for (let e = 0; e < u.length; e++) if (!gone[e]) parts.join(u[e], v[e]);
  for (let e = 0; e < u.length; e++) if (island[e] && !gone[e]) number[e] = parts.root(u[e]);
  return number;
}

// Tells of a street's ends in a compound whether an open gate leads out from there.
function findWaysOut({ network, ahead, back, gates }) {
  const { owner, gone, tail, head, nGraph } = network, parts = new Parts(nGraph), hasGate = new Uint8Array(nGraph);
  for (let e = 0; e < owner.length; e++) if (owner[e] >= 0 && !gone[e] && (ahead[e] < Infinity || back[e] < Infinity)) parts.join(tail[e], head[e]);
  const { node, compound } = network.gates;
  for (let g = 0; g < node.length; g++) {
    if (gates.shut[g] || compound[g] < 0) continue;
    const door = doorAt(network, node[g], compound[g]);
    if (door) hasGate[parts.root(door.leaving)] = 1;
  }
  return (at) => hasGate[parts.root(at)] === 1;
}

// What grounds rest on, of each of n units: whether it is joined, as part of which compound; and the streets that it meets where
// none of them is public, or some are islands: else there is nothing to know.
export class Facts {
  constructor(n) {
    this.joined = new Uint8Array(n); this.compound = new Int32Array(n);
    this.starts = new Int32Array(n + 1); this.edges = new Int32Array(0);
    this.again = new Map(); // of units that are joined again
  }

  // From the set of all units; `number`: from `numberIslands`.
  static of({ access }, network, number) {
    const facts = new Facts(access.x.length), found = [];
    for (let t = 0; t < access.x.length; t++) {
      if (facts.takeUnit(t, access, t, network, number)) for (let k = access.entryStarts[t]; k < access.entryStarts[t + 1]; k++) found.push(access.entryEdge[k]);
      facts.starts[t + 1] = found.length;
    }
    facts.edges = Int32Array.from(found);
    return facts;
  }

  // Others, in which the units of some sets are joined again.
  withAgain(sets, network, number) {
    const made = Object.assign(new Facts(0), this);
    made.joined = this.joined.slice(); made.compound = this.compound.slice();
    made.again = new Map(this.again);
    for (const { access, numbers } of sets) {
      for (let t = 0; t < access.x.length; t++) {
        const asked = made.takeUnit(numbers[t], access, t, network, number);
        made.again.set(numbers[t], asked ? access.entryEdge.slice(access.entryStarts[t], access.entryStarts[t + 1]) : NOTHING);
      }
    }
    return made;
  }

  // Whether more has to be known of a unit than what is noted here.
  takeUnit(unit, { entryStarts, entryEdge, compound }, t, { owner }, number) {
    let free = false, island = false;
    for (let k = entryStarts[t]; k < entryStarts[t + 1]; k++) {
      if (owner[entryEdge[k]] < 0) free = true;
      if (number[entryEdge[k]] >= 0) island = true;
    }
    this.joined[unit] = entryStarts[t] < entryStarts[t + 1] ? 1 : 0;
    this.compound[unit] = compound[t];
    return !free || island;
  }

  edgesOf(unit) { return this.again.get(unit) || this.edges.subarray(this.starts[unit], this.starts[unit + 1]); }
}

const NOTHING = new Int32Array(0);

// {first (n): no street near, no gate known or an island, onIsland (n), islands: those that a unit meets, by its number, compound (n),
// leadsOut: for units that come to the same streets}.
export function findGrounds(streets, facts, number, leadsOut = findWaysOut(streets)) {
  const { joined, compound } = facts, { network: { owner, tail, head }, delay } = streets, n = joined.length;
  const first = new Uint8Array(n), onIsland = new Uint8Array(n), islands = new Map();
  // An endless delay is a shut gate amid the street: that end is out of reach.
  const isFree = (e) => owner[e] < 0 || (delay[2 * e] < Infinity && leadsOut(tail[e])) || (delay[2 * e + 1] < Infinity && leadsOut(head[e]));
  for (let i = 0; i < n; i++) {
    if (!joined[i]) { first[i] = NO_STREET; continue; }
    const met = facts.edgesOf(i);
    if (!met.length) continue;
    let isOut = false, main = false, own = null;
    for (let k = 0; k < met.length; k++) {
      const e = met[k];
      if (number[e] < 0) main = true; else own = (own || new Set()).add(number[e]);
      isOut = isOut || isFree(e);
    }
    onIsland[i] = main ? 0 : 1;
    if (own) islands.set(i, own);
    first[i] = !isOut ? NO_GATE : main ? 0 : ISLAND;
  }
  return { first, onIsland, islands, compound, leadsOut };
}

// How a station meets the streets: {joined, islands: those that it meets where it meets nothing else, else null}.
export function describePlace(number, { entryStarts, entryEdge }, at) {
  const met = new Set();
  let main = false;
  for (let k = entryStarts[at]; k < entryStarts[at + 1]; k++) if (number[entryEdge[k]] < 0) main = true; else met.add(number[entryEdge[k]]);
  return { joined: entryStarts[at] < entryStarts[at + 1], islands: main || !met.size ? null : met };
}

// The first reason why a unit without cover cannot be judged; who reaches a station inside the compound needs no gate.
export const reasonOf = (grounds, i, minutes) => (grounds.first[i] === NO_GATE && minutes < Infinity ? (grounds.onIsland[i] ? ISLAND : 0) : grounds.first[i]);
