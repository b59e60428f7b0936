// Whom stations leave in doubt, whatever the minutes: those that meet no street, whose place is not confirmed, or that lie
// beyond the edge of the data. Worked out once for each version of a station, as far as people walk.

import { Spots } from './spots.js';

// Places are known to a millimetre.
const SLACK_M = 1e-3, SQUARE_M = 300;
const NOT_JOINED = 4, NOT_CONFIRMED = 5, EDGE = 7;

export class Doubts {
  // `units`: {x, y, edge}: places and metres to the edge of the data; `land`: whose streets are known, null: all;
  // `complete`: whether no station is missing beyond it.
  constructor({ x, y, edge }, land, complete) {
    const xy = new Float64Array(2 * x.length);
    for (let i = 0; i < x.length; i++) { xy[2 * i] = x[i]; xy[2 * i + 1] = y[i]; }
    this.xy = xy; this.edge = edge; this.land = land; this.complete = complete && land !== null;
    this.spots = new Spots(xy, SQUARE_M);
    this.known = new WeakMap(); // by version: by reach
  }

  // The units within so many metres of a station, in a straight line.
  listNear(version, metres) {
    const found = [];
    this.spots.eachWithin(version.x, version.y, metres, (i) => found.push(i));
    return found;
  }

  keep(version, key, find) {
    if (!this.known.has(version)) this.known.set(version, new Map());
    const known = this.known.get(version);
    if (!known.has(key)) known.set(key, find());
    return known.get(key);
  }

  // The units that could walk over the edge of the data to a station in so many metres.
  listCrossing(version, reach) {
    return this.keep(version, 'crossing ' + reach, () => {
      const { land, edge, xy } = this, placeM = land.contains(version.x, version.y) ? land.metresTo(version.x, version.y) : -1;
      return this.listNear(version, reach).filter((i) => edge[i] < reach
        && (edge[i] < 0 || placeM < 0 || (edge[i] + placeM <= reach && land.isShortOver(xy[2 * i], xy[2 * i + 1], version.x, version.y, reach))));
    });
  }

  // Reasons (n) why units may be served by a station that nobody is sure of, 0: none. `counting`: the versions that count;
  // `placeOf`: how one meets the streets; `grounds`: of the units on the same streets.
  find(counting, reach, { placeOf, grounds }) {
    const { compound } = grounds;
    const reasons = new Uint8Array(this.edge.length);
    // The weakest first: a stronger reason takes its place.
    this.markEdge(reasons, counting, reach, placeOf, compound);
    for (const version of counting) if (version.unsure === 'place not confirmed') this.markUnsure(reasons, version, reach, compound, NOT_CONFIRMED);
    for (const version of counting) {
      if (version.unsure || version.closed) continue;
      const { joined, islands } = placeOf(version);
      if (joined && !islands) continue;
      for (const i of this.keep(version, 'near ' + reach, () => this.listNear(version, reach))) {
        const shared = islands && grounds.islands.has(i) && [...grounds.islands.get(i)].some((one) => islands.has(one));
        if (!shared) reasons[i] = NOT_JOINED;
      }
    }
    return reasons;
  }

  markEdge(reasons, counting, reach, placeOf, compound) {
    const { edge } = this;
    for (const version of counting) if (version.unsure === 'edge of data') this.markUnsure(reasons, version, reach, compound, EDGE);
    if (!this.complete) { for (let i = 0; i < edge.length; i++) if (edge[i] < reach) reasons[i] = EDGE; return; }
    for (const version of counting) {
      if (version.unsure) continue;
      // One that is closed to outsiders serves those of its own compound.
      const own = version.closed ? placeOf(version).compound : -1;
      for (const i of this.listCrossing(version, reach)) if (!version.closed || (own >= 0 && compound[i] === own)) reasons[i] = EDGE;
    }
  }

  markUnsure(reasons, version, reach, compound, reason) {
    for (const i of this.keep(version, 'unsure ' + reach, () => this.listNear(version, reach + version.spread + SLACK_M))) {
      if (!version.closed || compound[i] >= 0) reasons[i] = reason;
    }
  }
}
