// Footpaths added to a network: the edges they start from are cut there, and where a compound's streets meet public ones now there is a gate.

import { append, cutIntoPieces, doorsAt, lineLength } from './network.js';

// A link that ends this near to the end of an edge ends at its node, metres.
const SAME_M = 1e-6;
// An island is a component with less street, metres.
const ISLAND_MAX_M = 5000;
// What the parts of an edge that is cut have from it.
const KEPT = ['owner', 'steps', 'elevated', 'island', 'ride', 'shut', 'oneway', 'rolling'];

/**
 * @param {any} network
 * @param {{id: string, owner: number, from: {edge: number, along: number}, to: {edge: number, along: number}, bends: number[]}[]} links
 * `bends`: x, y of the corners between the ends. `owner`: compound or -1.
 * @param {boolean} metAlong whether those beside a link may step onto it anywhere; else at its ends only, like a bridge
 * @returns {{network: any, touched: Float64Array, first: number, nodes: number[][]} | null} null where a link joins a place with itself;
 * `touched`: straight lines (x1, y1, x2, y2) near which legs may differ now; `first`: edge of the first link; `nodes`: of the ends of each.
 */
export function addLinks(network, links, metAlong) {
  const making = new Making(network), nodes = links.map(({ from, to }) => [from, to].map((end) => making.find(end)));
  making.cut();
  const ends = nodes.map((pair) => pair.map((end) => making.nodeOf(end)));
  if (ends.some(([a, b]) => a === b)) return null;
  const first = network.u.length + making.u.length;
  links.forEach((link, k) => making.addLink(link, ends[k], metAlong));
  return { network: making.finish(links, ends), touched: Float64Array.from(making.touched), first, nodes: ends };
}

/** Where a place along an edge lies, if that edge was cut since: {edge, along}. */
export function findPart(network, edge, along) {
  while (network.gone[edge]) {
    const parts = network.parts.get(edge), part = parts.find(({ high }) => along <= high) || parts[parts.length - 1];
    along -= part.low;
    edge = part.edge;
  }
  return { edge, along };
}

class Making {
  constructor(network) {
    this.network = network;
    this.x = []; this.y = []; this.u = []; this.v = []; this.crossing = []; this.length = []; this.origin = []; this.offsets = []; this.lineX = []; this.lineY = [];
    this.keeps = network.height ? [...KEPT, 'flat'] : KEPT;
    this.kept = Object.fromEntries(this.keeps.map((name) => [name, []]));
    this.height = []; // of new nodes, where heights are known
    this.cuts = new Map(); // edge -> the places where it is cut, {along, node}
    this.gone = network.gone.slice(); this.parts = new Map(network.parts); this.touched = [];
  }

  // An end of a link: a node, or a cut that gets one.
  find({ edge, along }) {
    const { length, u, v } = this.network, at = Math.min(Math.max(along, 0), length[edge]);
    if (at <= SAME_M) return { node: u[edge], cut: null };
    if (at >= length[edge] - SAME_M) return { node: v[edge], cut: null };
    const cuts = this.cuts.get(edge) || [], known = cuts.find((cut) => cut.along === at);
    if (known) return { node: -1, cut: known };
    const cut = { along: at, node: -1 };
    cuts.push(cut);
    this.cuts.set(edge, cuts);
    return { node: -1, cut };
  }

  nodeOf({ node, cut }) { return cut ? cut.node : node; }

  newNode(x, y, height) { this.x.push(x); this.y.push(y); this.height.push(height); return this.network.x.length + this.x.length - 1; }

  newEdge(u, v, values, crossing, line, origin) {
    this.u.push(u); this.v.push(v); this.crossing.push(crossing); this.origin.push(origin);
    for (const name of this.keeps) this.kept[name].push(values[name]);
    for (const [x, y] of line) { this.lineX.push(x); this.lineY.push(y); }
    this.offsets.push(this.network.lineX.length + this.lineX.length);
    return this.network.u.length + this.u.length - 1;
  }

  touch(line) { for (let k = 1; k < line.length; k++) this.touched.push(line[k - 1][0], line[k - 1][1], line[k][0], line[k][1]); }

  cut() {
    for (const [edge, cuts] of [...this.cuts].sort((a, b) => a[0] - b[0])) this.cutEdge(edge, cuts.sort((a, b) => a.along - b.along));
  }

  cutEdge(edge, cuts) {
    const { network } = this, { offsets, lineX, lineY, length, base } = network, line = [], walked = [];
    for (let at = offsets[edge]; at < offsets[edge + 1]; at++) line.push([lineX[at], lineY[at]]);
    let sum = 0;
    line.forEach((corner, k) => { if (k) sum += Math.hypot(corner[0] - line[k - 1][0], corner[1] - line[k - 1][1]); walked.push(sum); });
    const values = Object.fromEntries(this.keeps.map((name) => [name, network[name][edge]])), crossing = network.crossing[edge];
    const origin = edge < base.edges ? edge : network.origin[edge - base.edges], parts = [];
    let before = { along: 0, node: network.u[edge], place: line[0] };
    for (let k = 0; k <= cuts.length; k++) {
      const last = k === cuts.length, to = last ? { along: length[edge], node: network.v[edge], place: line[line.length - 1] } : { along: cuts[k].along, node: 0, place: placeAlong(line, walked, cuts[k].along) };
      if (!last) cuts[k].node = to.node = this.newNode(to.place[0], to.place[1], this.heightAlong(edge, to.along));
      const low = before.along, high = last ? Infinity : to.along, between = line.slice(1, -1).filter((_, at) => walked[at + 1] > low && walked[at + 1] < high);
      // A cut is no crossing: the delays stay at the ends that the edge had.
      const own = (k === 0 ? 3 * Math.floor(crossing / 3) : 0) + (last ? crossing % 3 : 0);
      const made = this.newEdge(before.node, to.node, values, own, [before.place, ...between, to.place], origin);
      this.length.push(to.along - low);
      parts.push({ edge: made, low, high: to.along });
      before = to;
    }
    this.gone[edge] = 1;
    this.parts.set(edge, parts);
    this.touch(line);
  }

  // An edge rises evenly from u to v.
  heightAlong(edge, along) {
    const { height, u, v, length } = this.network;
    return height ? height[u[edge]] + ((height[v[edge]] - height[u[edge]]) * along) / length[edge] : 0;
  }

  addLink({ owner, bends }, ends, metAlong) {
    const [a, b] = ends, line = [this.placeOf(a)];
    for (let k = 0; k < bends.length; k += 2) line.push([bends[k], bends[k + 1]]);
    line.push(this.placeOf(b));
    // It is a footpath: bicycles are pushed.
    const values = { owner, steps: 0, elevated: metAlong ? 0 : 1, island: 0, ride: 0, shut: 0, oneway: 0, rolling: 0, flat: Number.isNaN(this.heightOf(a) + this.heightOf(b)) ? 1 : 0 };
    this.newEdge(a, b, values, 0, line, -1);
    this.length.push(lineLength(line.map(([x]) => x), line.map(([, y]) => y), 0, line.length - 1));
    this.touch(line);
  }

  // NaN where none is known.
  heightOf(node) {
    const { x, height } = this.network, more = node - x.length;
    return !height ? 0 : more < 0 ? height[node] : this.height[more];
  }

  placeOf(node) {
    const { x, y } = this.network, more = node - x.length;
    return more < 0 ? [x[node], y[node]] : [this.x[more], this.y[more]];
  }

  finish(links, ends) {
    const { network } = this, more = (name, values) => append(network[name], network[name].constructor.from(values)), count = this.u.length;
    const made = {
      ...network, x: more('x', this.x), y: more('y', this.y), u: more('u', this.u), v: more('v', this.v), crossing: more('crossing', this.crossing), length: more('length', this.length),
      offsets: more('offsets', this.offsets), lineX: more('lineX', this.lineX), lineY: more('lineY', this.lineY), origin: append(network.origin || new Int32Array(0), Int32Array.from(this.origin)),
      gone: append(this.gone, new Uint8Array(count)), parts: this.parts,
    };
    for (const name of this.keeps) made[name] = more(name, this.kept[name]);
    if (network.height) made.height = more('height', this.height);
    Object.assign(made, this.numberNodes(made));
    if (!this.joinsMainStreets(made, ends)) made.island = markIslands(made);
    made.gates = addGates(made, links, ends);
    made.pieces = cutIntoPieces(made, network.u.length, made.u.length, network.pieces);
    return made;
  }

  // Whether every link ends at streets that are no islands: then nothing else becomes one, or ceases to be.
  joinsMainStreets({ u, v, gone, shut, island }, ends) {
    const asked = new Set();
    for (const [a, b] of ends) { asked.add(a); asked.add(b); }
    for (let e = 0, last = u.length - ends.length; e < last && asked.size; e++) {
      if (gone[e] || shut[e] || island[e]) continue;
      asked.delete(u[e]); asked.delete(v[e]);
    }
    return asked.size === 0;
  }

  // Numbers of the search graph for what is new, behind all others.
  numberNodes({ u, v, owner }) {
    const { network } = this, first = network.u.length, publicNode = append(network.publicNode, new Int32Array(this.x.length)), doors = new Map(network.moreDoors);
    let nGraph = network.nGraph;
    for (let node = network.x.length; node < publicNode.length; node++) publicNode[node] = nGraph++;
    const doorOf = (node, whose) => {
      const known = doorsAt({ ...network, moreDoors: doors }, node), found = known.find((door) => door.owner === whose);
      if (found) return found;
      const door = { owner: whose, leaving: nGraph++, entering: nGraph++ };
      doors.set(node, [...known, door]);
      return door;
    };
    const tail = [], head = [], tailIn = [], headIn = [];
    for (let e = first; e < u.length; e++) {
      if (owner[e] < 0) { tail.push(publicNode[u[e]]); head.push(publicNode[v[e]]); tailIn.push(-1); headIn.push(-1); continue; }
      const at = doorOf(u[e], owner[e]), to = doorOf(v[e], owner[e]);
      tail.push(at.leaving); head.push(to.leaving); tailIn.push(at.entering); headIn.push(to.entering);
    }
    const more = (name, values) => append(network[name], Int32Array.from(values));
    return { publicNode, moreDoors: doors, nGraph, tail: more('tail', tail), head: more('head', head), tailIn: more('tailIn', tailIn), headIn: more('headIn', headIn) };
  }
}

function placeAlong(line, walked, along) {
  let k = 1;
  while (k < walked.length - 1 && walked[k] < along) k++;
  const share = (along - walked[k - 1]) / (walked[k] - walked[k - 1]);
  return [0, 1].map((axis) => line[k - 1][axis] + share * (line[k][axis] - line[k - 1][axis]));
}

// A gate for residents wherever a link lets a compound's streets meet public ones, and there is none.
function addGates(network, links, ends) {
  const { gates, u, v, owner, gone } = network, names = new Map();
  ends.forEach((pair, k) => pair.forEach((node) => { if (!names.has(node)) names.set(node, links[k].id); }));
  const isPublic = new Set(), whose = new Map([...names.keys()].map((node) => [node, new Set()])), asked = new Uint8Array(network.x.length);
  for (const node of names.keys()) asked[node] = 1;
  for (let e = 0; e < u.length; e++) {
    if (gone[e] || !(asked[u[e]] || asked[v[e]])) continue;
    for (const node of [u[e], v[e]]) if (asked[node]) { if (owner[e] < 0) isPublic.add(node); else whose.get(node).add(owner[e]); }
  }
  const rows = [];
  for (const node of [...names.keys()].sort((a, b) => a - b)) {
    if (!isPublic.has(node)) continue;
    for (const compound of [...whose.get(node)].sort((a, b) => a - b)) {
      if (!gates.node.some((other, row) => other === node && gates.compound[row] === compound)) rows.push({ node, compound, id: names.get(node) });
    }
  }
  const all = (column, value) => append(column, column.constructor.from(rows, () => value));
  return {
    ...gates, node: append(gates.node, Int32Array.from(rows, (row) => row.node)), compound: append(gates.compound, Int32Array.from(rows, (row) => row.compound)),
    id: [...gates.id, ...rows.map((row) => row.id)], name: [...gates.name, ...rows.map(() => '')],
    shutAsTagged: all(gates.shutAsTagged, 0), toAll: all(gates.toAll, 0), mapped: all(gates.mapped, 1), inferred: all(gates.inferred, 0), waits: all(gates.waits, 1), opened: all(gates.opened, 0),
    passed: gates.passed.map((column) => all(column, 1)), barred: gates.barred.map((column) => all(column, 0)),
  };
}

// The edges of components with little street but the largest; edges that are open at certain hours alone do not connect.
function markIslands({ x, u, v, length, shut, gone }) {
  const parent = new Int32Array(x.length).map((_, node) => node), metres = new Float64Array(x.length), island = new Uint8Array(u.length);
  const find = (node) => { while (parent[node] !== node) node = parent[node] = parent[parent[node]]; return node; };
  for (let e = 0; e < u.length; e++) if (!gone[e] && !shut[e]) parent[find(u[e])] = find(v[e]);
  for (let e = 0; e < u.length; e++) if (!gone[e] && !shut[e]) metres[find(u[e])] += length[e];
  let main = 0;
  for (let node = 1; node < x.length; node++) if (metres[node] > metres[main]) main = node;
  for (let e = 0; e < u.length; e++) { const whole = find(u[e]); island[e] = whole !== main && metres[whole] < ISLAND_MAX_M ? 1 : 0; }
  return island;
}
