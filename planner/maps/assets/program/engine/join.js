// Where points meet the streets: entries (street points at which a shortest walk may enter) and seeds (nodes to start from).
//
// On a straight piece of street only three points can be best: the nearest, and the two whose leg meets the street at the angle with
// cosine r = the edge's minutes per metre / the leg's, clipped to the piece and the limit; where r >= 1 (steps) the ends of that part.

import { isClearOf } from './barriers.js';
import { compoundAt } from './network.js';
import { CHORD, SLACK_M, chord, findGroup, findPiecesNear, pieceRoom } from './pieces.js';

// An array that grows as it is written to.
class List {
  constructor(Made, room) { this.held = new Made(room); this.size = 0; }
  need(count) {
    if (this.size + count <= this.held.length) return;
    const larger = new this.held.constructor(Math.max(this.size + count, 2 * this.held.length));
    larger.set(this.held);
    this.held = larger;
  }
  // What was written; in the same room where that is nearly full.
  done(Made = this.held.constructor) {
    const written = this.held.subarray(0, this.size);
    return Made === this.held.constructor && this.size > 0.8 * this.held.length ? written : new Made(written);
  }
}

// Marks of the last point that met each node: never cleared, as no mark is given twice.
const met = { node: new Int32Array(0), minutes: new Float64Array(0), mark: 0, nodes: new Int32Array(0), count: 0 };

function makeRoom(nodes) {
  if (met.node.length >= nodes) return;
  met.node = new Int32Array(nodes); met.minutes = new Float64Array(nodes); met.nodes = new Int32Array(nodes);
}

function meetNode(node, time) {
  if (met.node[node] !== met.mark) { met.node[node] = met.mark; met.minutes[node] = time; met.nodes[met.count++] = node; }
  else if (time < met.minutes[node]) met.minutes[node] = time;
}

/** Joins points to streets, some at a time: `run` until `done`, then `access`. */
export class Joining {
  /**
   * @param {any} streets @param {Float64Array} x @param {Float64Array} y
   * @param {{reached?: boolean, compound?: Int32Array | null, sure?: boolean, numbers?: Int32Array | null}} options
   * `reached`: a search ends there (people), which differs for riders on one-way streets; `compound`: known by the outlines, or, if `sure`, by groups too.
   */
  constructor(streets, x, y, { reached = false, compound = null, sure = false } = {}) {
    this.streets = streets; this.x = x; this.y = y; this.next = 0; this.sure = sure;
    this.ahead = reached ? streets.back : streets.ahead;
    this.back = reached ? streets.ahead : streets.back;
    this.reached = reached;
    this.compound = compound ? compound.slice() : new Int32Array(x.length).fill(-2);
    const few = x.length < 64 ? 64 : 24 * x.length;
    this.pieces = new List(Int32Array, few);
    this.edges = new List(Int32Array, few); this.along = new List(Float64Array, few); this.minutes = new List(Float64Array, few);
    this.nodes = new List(Int32Array, few); this.nodeMinutes = new List(Float64Array, few);
    this.pieceStarts = new Int32Array(x.length + 1); this.entryStarts = new Int32Array(x.length + 1); this.seedStarts = new Int32Array(x.length + 1);
    makeRoom(streets.network.nGraph);
  }

  get done() { return this.next >= this.x.length; }

  /** Joins so many points more. */
  run(count = this.x.length) {
    for (const last = Math.min(this.next + count, this.x.length); this.next < last; this.next++) this.joinOne(this.next);
    return this;
  }

  get access() {
    return {
      x: this.x, y: this.y, compound: this.compound, pieceStarts: this.pieceStarts, piece: this.pieces.done(), entryStarts: this.entryStarts, entryEdge: this.edges.done(),
      // Seeds were found with all digits; for walks along one edge less than a millimetre is lost.
      entryAlong: this.along.done(Float32Array), entryMinutes: this.minutes.done(Float32Array), seedStarts: this.seedStarts, seedNode: this.nodes.done(), seedMinutes: this.nodeMinutes.done(),
    };
  }

  joinOne(point) {
    const { streets, pieces, edges, nodes } = this, { network } = streets, x = this.x[point], y = this.y[point];
    const groups = !this.sure && network.nOwners > 0;
    let count = findPiecesNear(x, y, network.limit, network.pieces, groups ? streets.aliveToAll : streets.alive);
    if (this.compound[point] === -2) this.compound[point] = compoundAt(network, x, y);
    const { found } = pieceRoom(0);
    if (groups && this.compound[point] < 0) this.compound[point] = findGroup(x, y, found, count, network);
    count = this.keepOwn(found, count, this.compound[point]);
    pieces.need(count);
    for (let k = 0; k < count; k++) pieces.held[pieces.size++] = found[k];
    this.pieceStarts[point + 1] = pieces.size;
    const first = edges.size;
    edges.need(3 * count); this.along.need(3 * count); this.minutes.need(3 * count);
    edges.size = this.along.size = this.minutes.size = this.writeEntries(x, y, found, count, first);
    this.entryStarts[point + 1] = edges.size;
    this.writeSeeds(first, edges.size);
    nodes.size = this.keepNeeded(nodes.size);
    this.nodeMinutes.size = nodes.size;
    this.seedStarts[point + 1] = nodes.size;
  }

  // Keeps the pieces that this walker can use, of public streets and of the point's own compound.
  keepOwn(found, count, own) {
    const { alive, network } = this.streets, { owner, pieces } = network;
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const whose = owner[pieces.edge[found[k]]];
      if (alive[found[k]] && (whose < 0 || whose === own)) found[kept++] = found[k];
    }
    return kept;
  }

  // Writes the entries of one point behind `n`, in order along each edge; returns how many there are then.
  writeEntries(x, y, found, count, n) {
    const { streets, ahead, back } = this, { network, legPace } = streets, { limit, pieces, barriers } = network, { ends } = pieces, { bars } = streets;
    const edge = this.edges.held, along = this.along.held, minutes = this.minutes.held;
    let firstOfEdge = n, best = Infinity, bestAlong = 0;
    for (let k = 0; k < count; k++) {
      const piece = found[k], e = pieces.edge[piece], bothWays = ahead[e] < Infinity && back[e] < Infinity;
      chord(x, y, ends, piece, limit);
      const { foot, height, low, high, length } = CHORD;
      if (k === 0 || pieces.edge[found[k - 1]] !== e) { firstOfEdge = n; best = Infinity; }
      // On a rider's one-way street one of the two is Infinity: the angle is that of the other.
      const onwards = ahead[e] < Infinity ? ahead[e] : back[e], backwards = back[e] < Infinity ? back[e] : ahead[e];
      let before = NaN;
      for (let step = -1; step <= 1; step++) {
        // Up a slope and down it the best legs meet the street at angles of their own.
        const ratio = (step > 0 ? onwards : backwards) / legPace, slant = ratio < 1 ? (height * ratio) / Math.sqrt(1 - ratio * ratio) : 2 * limit;
        let at = foot + step * slant;
        if (at < low) at = low;
        if (at > high) at = high;
        if (at === before) continue;
        before = at;
        const off = at - foot, time = legPace * Math.sqrt(height * height + off * off), place = pieces.along[piece] + at;
        // One that an entry before it reaches along the street no later is of no use, whatever stands in its way.
        if (bothWays && !(time < best + (place - bestAlong) * onwards)) continue;
        const share = length > 0 ? at / length : 0, toX = ends[4 * piece] + share * (ends[4 * piece + 2] - ends[4 * piece]), toY = ends[4 * piece + 1] + share * (ends[4 * piece + 3] - ends[4 * piece + 1]);
        if (!isClearOf(x, y, toX, toY, barriers) || !isClearOf(x, y, toX, toY, bars)) continue;
        edge[n] = e; along[n] = place; minutes[n] = time;
        n++;
        best = time; bestAlong = place;
      }
      if (bothWays && (k === count - 1 || pieces.edge[found[k + 1]] !== e)) n = this.dropNeedless(firstOfEdge, n, backwards);
    }
    return n;
  }

  // Drops the entries of one edge, first..last, that one further on reaches along it no later; returns the new last.
  dropNeedless(first, last, pace) {
    const edge = this.edges.held, along = this.along.held, minutes = this.minutes.held;
    let best = Infinity, n = last;
    // From the end, those kept are put behind one another, then moved to the front.
    for (let k = last - 1; k >= first; k--) {
      if (k < last - 1) best += (along[k + 1] - along[k]) * pace;
      if (minutes[k] > best + 1e-12) { edge[k] = -1; continue; }
      if (minutes[k] < best) best = minutes[k];
    }
    n = first;
    for (let k = first; k < last; k++) {
      if (edge[k] < 0) continue;
      edge[n] = edge[k]; along[n] = along[k]; minutes[n] = minutes[k];
      n++;
    }
    return n;
  }

  // Meets the nodes that one point starts from. On a street of its compound it stands in both layers: it may leave, or be come to.
  writeSeeds(first, last) {
    const { streets, ahead, back } = this, { network, delay } = streets, { tail, head, tailIn, headIn, length } = network;
    const edges = this.edges.held, along = this.along.held, minutes = this.minutes.held;
    met.mark++; met.count = 0;
    for (let k = first; k < last; k++) {
      const e = edges[k];
      let way = along[k], time = minutes[k] + delay[2 * e];
      if (way > SLACK_M) time += way * back[e]; // less is rounding, which no one-way street forbids
      if (time < Infinity) { meetNode(tail[e], time); if (tailIn[e] >= 0) meetNode(tailIn[e], time); }
      way = length[e] - along[k];
      time = minutes[k] + delay[2 * e + 1];
      if (way > SLACK_M) time += way * ahead[e];
      if (time < Infinity) { meetNode(head[e], time); if (tailIn[e] >= 0) meetNode(headIn[e], time); }
    }
  }

  // Keeps the nodes met that no neighbour reaches sooner, behind the first `n` seeds; returns how many there are then.
  keepNeeded(n) {
    const { starts, next, minutes, home } = this.streets.rows, { nodes, nodeMinutes, reached } = this;
    nodes.need(met.count); nodeMinutes.need(met.count);
    for (let k = 0; k < met.count; k++) {
      const node = met.nodes[k], own = met.minutes[node];
      let needed = true;
      for (let j = starts[node]; needed && j < starts[node + 1]; j++) {
        const other = next[j];
        // A row tells the way to the neighbour, as a search goes; from a point that is not reached but started from, the way back counts.
        const way = home[j] < Infinity && reached ? minutes[j] : home[j];
        if (met.node[other] === met.mark && met.minutes[other] + way < own - 1e-12) needed = false;
      }
      if (needed) { nodes.held[n] = node; nodeMinutes.held[n] = own; n++; }
    }
    return n;
  }
}

/** Joins points at once. */
export const joinPoints = (streets, x, y, options) => new Joining(streets, x, y, options).run().access;
