// The streets of a run as typed arrays, whoever walks them; an edit makes another network that begins with the same rows.
//
// An edge runs from node u to node v along its line. In the search graph public streets stand once; a node of a compound's streets stands
// twice, once to leave by (`tail`, `head`) and once to enter by (`tailIn`, `headIn`; -1 for public streets).

import { listBarriers } from './barriers.js';
import { gridOfLines } from './grid.js';
import { readHeights } from './slopes.js';
import { runAll } from './steps.js';

/** @param {{head: any, columns: any}} data from `readWhatIf` */
export const buildNetwork = (data) => runAll(building(data));

/** The same in steps. @param {{head: any, columns: any}} data @returns {Generator<void, any, void>} */
export function* building({ head, columns: c }) {
  const lines = readLines(c), nOwners = head.compounds.id.length, edges = {};
  for (const name of ['u', 'owner', 'steps', 'elevated', 'island', 'ride', 'shut', 'oneway', 'rolling', 'crossing']) edges[name] = c['edges.' + name];
  yield;
  const v = edges.u.map((u, edge) => u + c['edges.v'][edge]);
  const network = {
    given: head, limit: head.access.limit_m, detour: head.access.detour, nOwners,
    x: c['nodes.x'], y: c['nodes.y'], ...edges, v, ...lines,
    // Where heights are known; an edge is flat where they are not.
    height: c['nodes.height'] ? readHeights(c['nodes.height']) : null, flat: c['edges.flat'] || null,
    gone: new Uint8Array(v.length), parts: new Map(), // edges that were cut, and their parts: {edge, low, high}
    compounds: readCompounds(c), barriers: readBarriers(c), gates: readGates(head, c),
    moments: head.moments.map((_, q) => ({ shut: c['moment' + q + '.shut'], closed: c['moment' + q + '.closed'], opened: c['moment' + q + '.opened'], unlocked: c['moment' + q + '.unlocked'], switched: c['moment' + q + '.switched'] })),
  };
  yield;
  const named = { ...network, pieces: cutIntoPieces(network, 0, v.length, null), base: { nodes: network.x.length, edges: v.length } };
  yield;
  return { ...named, ...numberNodes(named) };
}

// The vertices of each edge, its ends among them: edge e has those from offsets[e] to offsets[e + 1]; and the length of its line.
function readLines(c) {
  const u = c['edges.u'], bends = c['edges.bends'], count = u.length, offsets = new Int32Array(count + 1);
  for (let e = 0; e < count; e++) offsets[e + 1] = offsets[e] + bends[e] + 2;
  const lineX = new Float64Array(offsets[count]), lineY = new Float64Array(offsets[count]), length = new Float64Array(count);
  const dx = c['bends.x'], dy = c['bends.y'], nodeX = c['nodes.x'], nodeY = c['nodes.y'];
  for (let e = 0, bend = 0; e < count; e++) {
    const first = offsets[e], last = offsets[e + 1] - 1, from = u[e], to = from + c['edges.v'][e];
    lineX[first] = nodeX[from]; lineY[first] = nodeY[from];
    lineX[last] = nodeX[to]; lineY[last] = nodeY[to];
    for (let at = first + 1; at < last; at++, bend++) { lineX[at] = lineX[at - 1] + dx[bend]; lineY[at] = lineY[at - 1] + dy[bend]; }
    length[e] = lineLength(lineX, lineY, first, last);
  }
  return { offsets, lineX, lineY, length };
}

export function lineLength(x, y, first, last) {
  let sum = 0;
  for (let at = first; at < last; at++) { const dx = x[at + 1] - x[at], dy = y[at + 1] - y[at]; sum += Math.sqrt(dx * dx + dy * dy); }
  return sum;
}

/**
 * The straight pieces of edges first..last, behind those known: of each edge on the ground its pieces, then both ends of each one above or below.
 * `stop` is the node of such an end, -1 for pieces on the ground.
 */
export function cutIntoPieces(network, first, last, known) {
  const { offsets, lineX, lineY, elevated, limit, u, v, length } = network;
  let count = 0;
  for (let e = first; e < last; e++) count += elevated[e] ? 2 : offsets[e + 1] - offsets[e] - 1;
  const ends = new Float64Array(4 * count), edge = new Int32Array(count), along = new Float64Array(count), stop = new Int32Array(count).fill(-1);
  let n = 0;
  for (let e = first; e < last; e++) {
    if (elevated[e]) continue;
    let walked = 0;
    for (let at = offsets[e]; at < offsets[e + 1] - 1; at++, n++) {
      const x = lineX[at], y = lineY[at], toX = lineX[at + 1], toY = lineY[at + 1];
      ends[4 * n] = x; ends[4 * n + 1] = y; ends[4 * n + 2] = toX; ends[4 * n + 3] = toY;
      edge[n] = e; along[n] = walked;
      walked += Math.sqrt((toX - x) * (toX - x) + (toY - y) * (toY - y));
    }
  }
  for (let side = 0; side < 2; side++) {
    for (let e = first; e < last; e++) {
      if (!elevated[e]) continue;
      const node = side ? v[e] : u[e];
      ends[4 * n] = ends[4 * n + 2] = network.x[node]; ends[4 * n + 1] = ends[4 * n + 3] = network.y[node];
      edge[n] = e; along[n] = side ? length[e] : 0; stop[n] = node;
      n++;
    }
  }
  const grid = gridOfLines(ends, limit, known ? known.edge.length : 0);
  if (!known) return { ends, edge, along, stop, grids: [grid] };
  return { ends: append(known.ends, ends), edge: append(known.edge, edge), along: append(known.along, along), stop: append(known.stop, stop), grids: [...known.grids, grid] };
}

/** One typed array after another, as a new one. */
export function append(one, other) {
  const out = new one.constructor(one.length + other.length);
  out.set(one);
  out.set(other, one.length);
  return out;
}

// Numbers the nodes of the search graph: those of the network, then each node of each compound's streets to leave by, then to enter by.
function numberNodes(network) {
  const { u, v, owner } = network, n = network.x.length, count = u.length;
  // The compounds at each node of the network, as a list: the first, and the one after each.
  const first = new Int32Array(n).fill(-1), next = new Int32Array(2 * count), whose = new Int32Array(2 * count);
  let nInner = 0;
  const inner = (node, own) => {
    let k = first[node];
    while (k >= 0 && whose[k] !== own) k = next[k];
    if (k >= 0) return k;
    whose[nInner] = own; next[nInner] = first[node];
    first[node] = nInner;
    return nInner++;
  };
  const tail = u.slice(), head = v.slice(), tailIn = new Int32Array(count).fill(-1), headIn = new Int32Array(count).fill(-1);
  for (let e = 0; e < count; e++) if (owner[e] >= 0) { tailIn[e] = inner(u[e], owner[e]); headIn[e] = inner(v[e], owner[e]); }
  for (let e = 0; e < count; e++) {
    if (owner[e] < 0) continue;
    tail[e] = n + tailIn[e]; head[e] = n + headIn[e];
    tailIn[e] += n + nInner; headIn[e] += n + nInner;
  }
  const publicNode = new Int32Array(n);
  for (let k = 0; k < n; k++) publicNode[k] = k;
  return { tail, head, tailIn, headIn, doors: { first, next: next.slice(0, nInner), whose: whose.slice(0, nInner), n, nInner }, moreDoors: new Map(), publicNode, nGraph: n + 2 * nInner };
}

/** The doors to compounds at a node of the network: {owner, leaving, entering}. Those that edits made stand in `moreDoors`. */
export function doorsAt({ doors, moreDoors }, node) {
  const known = moreDoors.get(node), found = [];
  if (known || node >= doors.n) return known || found;
  for (let k = doors.first[node]; k >= 0; k = doors.next[k]) found.push({ owner: doors.whose[k], leaving: doors.n + k, entering: doors.n + doors.nInner + k });
  return found;
}

/** The door of a compound there, undefined where it has no street. */
export const doorAt = (network, node, owner) => doorsAt(network, node).find((door) => door.owner === owner);

function readBarriers(c) {
  const x = c['barriers.x'], y = c['barriers.y'], dx = c['barriers.dx'], dy = c['barriers.dy'], ends = new Float64Array(4 * x.length);
  for (let k = 0; k < x.length; k++) { ends[4 * k] = x[k]; ends[4 * k + 1] = y[k]; ends[4 * k + 2] = x[k] + dx[k]; ends[4 * k + 3] = y[k] + dy[k]; }
  return listBarriers(ends);
}

function readGates(head, c) {
  const gates = { node: c['gates.node'], compound: c['gates.compound'], shutAsTagged: c['gates.shut_as_tagged'], toAll: c['gates.to_all'], mapped: c['gates.mapped'], inferred: c['gates.inferred'] };
  const any = gates.mapped.map((mapped, row) => (mapped || gates.inferred[row] || gates.shutAsTagged[row] ? 1 : 0));
  return {
    ...gates, id: head.gates.id, name: head.gates.name, waits: any, // whether passing takes the profile's delay: a street through a wall passes a gate, mapped or not
    opened: new Uint8Array(any.length), // by an edit: to everybody at any hour
    passed: head.profiles.map((_, p) => c['gates.passed' + p]), barred: head.profiles.map((_, p) => c['gates.barred' + p]),
  };
}

function readCompounds(c) {
  const rings = c['compounds.rings'], corners = c['compounds.corners'], m2 = c['compounds.m2'];
  return { ...readShapes(rings, corners, c['compounds.x'], c['compounds.y']), isGroup: Uint8Array.from(rings, (count) => (count ? 0 : 1)), m2 };
}

/** Shapes of rings: of shape k those from ringStarts[k], of ring r the corners from cornerStarts[r]; and the box of each shape. */
export function readShapes(rings, corners, x, y) {
  const ringStarts = sumUp(rings), cornerStarts = sumUp(corners), boxes = new Float64Array(4 * rings.length);
  for (let k = 0; k < rings.length; k++) {
    let left = Infinity, low = Infinity, right = -Infinity, high = -Infinity;
    for (let at = cornerStarts[ringStarts[k]], last = cornerStarts[ringStarts[k + 1]]; at < last; at++) {
      if (x[at] < left) left = x[at];
      if (x[at] > right) right = x[at];
      if (y[at] < low) low = y[at];
      if (y[at] > high) high = y[at];
    }
    boxes.set([left, low, right, high], 4 * k);
  }
  return { ringStarts, cornerStarts, x, y, boxes, count: rings.length };
}

function sumUp(counts) {
  const starts = new Int32Array(counts.length + 1);
  for (let k = 0; k < counts.length; k++) starts[k + 1] = starts[k] + counts[k];
  return starts;
}

/** Whether a shape holds a place; its rim belongs to it. */
export function holds(shapes, k, x, y) {
  const { ringStarts, cornerStarts, boxes } = shapes;
  if (x < boxes[4 * k] || y < boxes[4 * k + 1] || x > boxes[4 * k + 2] || y > boxes[4 * k + 3]) return false;
  let inside = false;
  for (let ring = ringStarts[k]; ring < ringStarts[k + 1]; ring++) {
    for (let at = cornerStarts[ring], last = cornerStarts[ring + 1], before = last - 1; at < last; before = at++) {
      const ax = shapes.x[before], ay = shapes.y[before], bx = shapes.x[at], by = shapes.y[at];
      if (onSegment(ax, ay, bx, by, x, y)) return true;
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
  }
  return inside;
}

function onSegment(ax, ay, bx, by, x, y) {
  return (bx - ax) * (y - ay) === (by - ay) * (x - ax) && x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
}

/** The smallest compound whose outline holds a place, -1 for none. */
export function compoundAt({ compounds, given }, x, y) {
  let best = -1;
  for (let k = 0; k < compounds.count; k++) {
    if (compounds.isGroup[k] || !holds(compounds, k, x, y)) continue;
    const less = best < 0 || compounds.m2[k] < compounds.m2[best] || (compounds.m2[k] === compounds.m2[best] && given.compounds.id[k] < given.compounds.id[best]);
    if (less) best = k;
  }
  return best;
}
