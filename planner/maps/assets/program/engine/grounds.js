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

// {first (n): no street near, no gate known or an island, onIsland (n), islands: those that a unit meets, by its number}.
// `served`: of the n units as they are joined to the streets; `number`: from `numberIslands`.
export function findGrounds(streets, served, number) {
  const { network, delay } = streets, { owner, tail, head } = network, leadsOut = findWaysOut(streets), n = served.nUnits;
  const first = new Uint8Array(n), onIsland = new Uint8Array(n), compound = new Int32Array(n), islands = new Map();
  served.visitUnits((unit, access, t) => {
    const { entryStarts, entryEdge } = access;
    compound[unit] = access.compound[t];
    if (entryStarts[t] === entryStarts[t + 1]) { first[unit] = NO_STREET; return; }
    let free = false, main = false, met = null;
    for (let k = entryStarts[t]; k < entryStarts[t + 1]; k++) {
      const e = entryEdge[k];
      if (number[e] < 0) main = true; else met = (met || new Set()).add(number[e]);
      // An endless delay is a shut gate amid the street: that end is out of reach.
      free = free || owner[e] < 0 || (delay[2 * e] < Infinity && leadsOut(tail[e])) || (delay[2 * e + 1] < Infinity && leadsOut(head[e]));
    }
    onIsland[unit] = main ? 0 : 1;
    if (met) islands.set(unit, met);
    first[unit] = !free ? NO_GATE : main ? 0 : ISLAND;
  });
  return { first, onIsland, islands, compound };
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
