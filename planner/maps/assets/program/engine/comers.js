// People who have come, on streets that are ready: joined to them once, and served by the stations there.

import { Fresh } from './edited_walk.js';
import { Facts, findGrounds } from './grounds.js';
import { joinPoints } from './join.js';
import { lookUp } from './near_walks.js';

export class JoinedComers {
  constructor({ streets, islands }, { x, y, count }) {
    const { network } = streets, access = joinPoints(streets, x, y, { reached: true });
    this.streets = streets; this.islands = islands; this.count = count;
    this.sets = [{ access, lookup: lookUp(access, network), numbers: null, skip: null }];
    this.fresh = new Fresh(this.sets, network);
    this.walks = new WeakMap(); // by how a station meets the streets: the walks to them that pass no node
  }

  // {minutes, nearest} to the stations that serve others already.
  settle(served) { return served.forOthers(this.sets, this.count, (place) => this.walksFrom(place, served)).settle(); }

  walksFrom(place, served) {
    const { access } = place;
    if (!this.walks.has(access)) this.walks.set(access, this.fresh.mayMeet(place) ? served.nearWalks(access, this.sets) : NOBODY);
    return this.walks.get(access);
  }

  // As `findGrounds` of the plan's units, whose ways out of compounds are those of everybody.
  findGrounds(leadsOut) { return findGrounds(this.streets, Facts.of(this.sets[0], this.streets.network, this.islands), this.islands, leadsOut); }
}

const NOBODY = { near: new Int32Array(0), nearMinutes: new Float64Array(0) };

/** Columns of the plan's units with those of others behind them; without any as they are. */
export function joinColumns(one, other) {
  if (!other.length) return one;
  const joined = new one.constructor(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
