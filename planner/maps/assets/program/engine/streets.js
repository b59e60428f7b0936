// A network as one profile meets it at a moment: paces, delays, open gates, the search graph, the bars round shut gates.

import { listBarriers } from './barriers.js';
import { doorAt } from './network.js';
import { findSlopedPaces } from './slopes.js';
import { runAll } from './steps.js';

// The bar round a shut gate: more than the centimetre within which a leg only touches a barrier, metres.
const BAR_M = 0.05;

/** Metres a minute of a profile of the head. */
export const speedOf = (profile) => (profile.speed_kmh * 1000) / 60;

/** @param {any} network @param {number} p profile @param {number | null} q moment, null whatever the hours */
export const prepareStreets = (network, p, q) => runAll(preparing(network, p, q));

/** The same in steps. @returns {Generator<void, any, void>} */
export function* preparing(network, p, q) {
  const profile = network.given.profiles[p], rides = profile.vehicle === 'bicycle', shutEdge = shutEdges(network, q), gates = judgeGates(network, p, q);
  const [towardsV, towardsU] = findPaces(network, profile, rides, shutEdge), count = towardsV.length;
  const usable = new Uint8Array(count);
  for (let e = 0; e < count; e++) usable[e] = towardsV[e] < Infinity && !network.gone[e] ? 1 : 0;
  const walked = rides ? [towardsV.slice(), towardsU.slice()] : [towardsV, towardsU];
  if (rides) for (let e = 0; e < count; e++) { if (network.oneway[e] > 0) walked[1][e] = Infinity; else if (network.oneway[e] < 0) walked[0][e] = Infinity; }
  // A search goes from facilities to people: it searches streets the other way than those walk who come to a facility.
  const [back, ahead] = network.given.direction === 'from' ? [walked[1], walked[0]] : walked;
  yield;
  const delay = findDelays(network, profile, gates.shut), alive = findAlive(network, usable);
  const open = network.gone.map((gone, e) => (gone || shutEdge[e] ? 0 : 1));
  yield;
  const streets = {
    network, profile: p, moment: q, ahead, back, delay, alive, usable, gates,
    legPace: network.detour / speedOf(profile),
    // Who can use every street: a group of streets is known by them, whoever walks.
    aliveToAll: findAlive(network, open),
    bars: listBars(network, gates.shut),
  };
  yield;
  return { ...streets, rows: yield* buildRows(streets, profile) };
}

function shutEdges(network, q) {
  const shut = network.shut.slice(), { origin } = network;
  if (q === null) return shut;
  const switched = network.moments[q].switched;
  for (let k = 0; k < switched.length; k++) shut[switched[k]] = shut[switched[k]] ? 0 : 1;
  // Parts of an edge that was cut are open when it is.
  if (origin) for (let e = network.base.edges; e < shut.length; e++) if (origin[e - network.base.edges] >= 0) shut[e] = shut[origin[e - network.base.edges]];
  return shut;
}

// Minutes a metre of each edge towards v and towards u, which are the same without heights; Infinity where nobody passes.
function findPaces(network, profile, rides, shut) {
  const { steps, rolling, ride } = network, count = network.u.length, pace = new Float64Array(count), plain = network.height ? new Float64Array(count) : null;
  const speed = speedOf(profile), push = (profile.push_kmh * 1000) / 60, wheels = profile.vehicle === 'wheelchair';
  for (let e = 0; e < count; e++) {
    let own = rides && !ride[e] ? push : speed;
    if (wheels && rolling[e] === -1) own = 0;
    if (plain) plain[e] = 1 / (steps[e] ? speed : own);
    if (steps[e] && !(wheels && rolling[e] === 1)) own *= profile.steps_factor;
    pace[e] = shut[e] ? Infinity : 1 / own;
  }
  return plain ? findSlopedPaces(network, profile, { level: pace, plain, push, rides }) : [pace, pace];
}

// Minutes at both ends of each edge: half a carriageway crossed, or Infinity at a shut gate that is on no compound's border.
function findDelays(network, profile, shutGates) {
  const { crossing, u, v, gates } = network, count = u.length, delay = new Float64Array(2 * count);
  const half = [0, profile.crossing_s / 2 / 60, profile.signal_s / 2 / 60];
  for (let e = 0; e < count; e++) {
    const code = crossing[e];
    delay[2 * e] = half[Math.floor(code / 3)];
    delay[2 * e + 1] = half[code % 3];
  }
  const closed = new Uint8Array(network.x.length);
  let some = false;
  for (let g = 0; g < shutGates.length; g++) if (shutGates[g] && gates.compound[g] < 0) { closed[gates.node[g]] = 1; some = true; }
  if (some) for (let e = 0; e < count; e++) { if (closed[u[e]]) delay[2 * e] = Infinity; if (closed[v[e]]) delay[2 * e + 1] = Infinity; }
  return delay;
}

/** Which gates a profile cannot pass at a moment, and which let everybody through: {shut, toAll}. */
export function judgeGates(network, p, q) {
  const { gates } = network, shut = new Uint8Array(gates.node.length), toAll = gates.toAll.slice();
  for (let g = 0; g < shut.length; g++) shut[g] = gates.passed[p][g] && !gates.shutAsTagged[g] ? 0 : 1;
  if (q !== null) {
    const rules = network.moments[q], byHours = new Uint8Array(shut.length);
    for (const g of rules.shut) if (!gates.opened[g]) { shut[g] = byHours[g] = 1; }
    for (const g of rules.closed) if (!gates.opened[g]) shut[g] = 1;
    for (const g of rules.opened) if (!byHours[g]) { shut[g] = 0; toAll[g] = 1; }
    for (const g of rules.unlocked) if (!byHours[g]) shut[g] = 0;
  }
  for (let g = 0; g < shut.length; g++) if (gates.barred[p][g]) shut[g] = 1;
  return { shut, toAll };
}

// Which pieces one may step onto: on the ground those of edges that can be used, else ends that come to the ground or join nothing.
function findAlive(network, usable) {
  const { u, v, elevated, pieces, gone } = network, count = u.length, degree = new Int32Array(network.x.length), landing = new Uint8Array(network.x.length);
  for (let e = 0; e < count; e++) {
    if (gone[e]) continue;
    degree[u[e]]++; degree[v[e]]++;
    if (!elevated[e] && usable[e]) landing[u[e]] = landing[v[e]] = 1;
  }
  const { edge, stop } = pieces, alive = new Uint8Array(edge.length);
  for (let k = 0; k < alive.length; k++) alive[k] = usable[edge[k]] && (stop[k] < 0 || landing[stop[k]] || degree[stop[k]] === 1) ? 1 : 0;
  return alive;
}

function listBars(network, shutGates) {
  const { gates, x, y } = network, nodes = new Set(), ends = [];
  for (let g = 0; g < shutGates.length; g++) if (shutGates[g]) nodes.add(gates.node[g]);
  const steps = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]];
  for (const node of nodes) for (let k = 0; k < 4; k++) ends.push(x[node] + BAR_M * steps[k][0], y[node] + BAR_M * steps[k][1], x[node] + BAR_M * steps[k + 1][0], y[node] + BAR_M * steps[k + 1][1]);
  return listBarriers(Float64Array.from(ends));
}

// Who follows whom in the search graph: {starts, next, minutes, home}; `home`: minutes of the way back, Infinity where there is none.
function* buildRows(streets, profile) {
  const { network, ahead, back, delay, gates } = streets, { tail, head, tailIn, headIn, length, gone, nGraph } = network, count = tail.length;
  const steps = listSteps(network, gates, profile), cursor = new Int32Array(nGraph + 1), on = new Float64Array(count), off = new Float64Array(count);
  for (let e = 0; e < count; e++) {
    const wait = delay[2 * e] + delay[2 * e + 1];
    on[e] = gone[e] ? Infinity : length[e] * ahead[e] + wait;
    off[e] = gone[e] ? Infinity : length[e] * back[e] + wait;
    if (on[e] < Infinity) { cursor[tail[e] + 1]++; if (tailIn[e] >= 0) cursor[tailIn[e] + 1]++; }
    if (off[e] < Infinity) { cursor[head[e] + 1]++; if (tailIn[e] >= 0) cursor[headIn[e] + 1]++; }
  }
  for (const { from } of steps) cursor[from + 1]++;
  for (let k = 0; k < nGraph; k++) cursor[k + 1] += cursor[k];
  yield;
  const starts = cursor.slice(), size = starts[nGraph], next = new Int32Array(size), minutes = new Float64Array(size), home = new Float64Array(size).fill(Infinity);
  for (let e = 0; e < count; e++) {
    const forth = on[e], hither = off[e], inside = tailIn[e] >= 0;
    if (forth < Infinity) {
      let at = cursor[tail[e]]++;
      next[at] = head[e]; minutes[at] = forth; home[at] = hither;
      if (inside) { at = cursor[tailIn[e]]++; next[at] = headIn[e]; minutes[at] = forth; home[at] = hither; }
    }
    if (hither < Infinity) {
      let at = cursor[head[e]]++;
      next[at] = tail[e]; minutes[at] = hither; home[at] = forth;
      if (inside) { at = cursor[headIn[e]]++; next[at] = tailIn[e]; minutes[at] = hither; home[at] = forth; }
    }
  }
  for (const { from, to, time } of steps) { const at = cursor[from]++; next[at] = to; minutes[at] = time; }
  return { starts, next, minutes, home };
}

// The steps leaving -> public -> entering at open gates; one that is open to all is passed the other way round as well.
function listSteps(network, { shut, toAll }, profile) {
  const { gates, publicNode } = network, steps = [];
  for (let g = 0; g < shut.length; g++) {
    if (shut[g] || gates.compound[g] < 0) continue;
    const door = doorAt(network, gates.node[g], gates.compound[g]), outside = publicNode[gates.node[g]], time = gates.waits[g] ? profile.gate_s / 60 : 0;
    if (!door) continue;
    steps.push({ from: door.leaving, to: outside, time }, { from: outside, to: door.entering, time });
    if (toAll[g]) steps.push({ from: outside, to: door.leaving, time }, { from: door.entering, to: outside, time });
  }
  return steps;
}
