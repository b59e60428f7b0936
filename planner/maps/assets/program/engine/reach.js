// The parts of streets within reach of the stations that serve: for drawing.

// How soon each end of an edge is come to: by who enters a compound, or still walks in that of the station.
export function timesAt(best, tail, tailIn) { return tailIn < 0 ? best[tail] : Math.min(best[tail], best[tailIn]); }

// The stretches [from, to] of an edge, metres from u, that are reached in so many minutes: from either end, and from stations beside it.
export function stretchesOf(e, cutoff, { ahead, back, delay, network }, best, beside) {
  const { length, tail, head, tailIn, headIn } = network, whole = length[e], found = [];
  const fromU = (cutoff - timesAt(best, tail[e], tailIn[e]) - delay[2 * e]) / ahead[e], fromV = (cutoff - timesAt(best, head[e], headIn[e]) - delay[2 * e + 1]) / back[e];
  if (fromU > 0) found.push([0, Math.min(fromU, whole)]);
  if (fromV > 0) found.push([Math.max(whole - fromV, 0), whole]);
  for (const [along, minutes] of beside.get(e) || []) {
    const left = cutoff - minutes;
    if (left > 0) found.push([Math.max(along - left / back[e], 0), Math.min(along + left / ahead[e], whole)]);
  }
  return mergeSpans(found.filter(([from, to]) => to > from));
}

function mergeSpans(spans) {
  const merged = [];
  for (const [from, to] of spans.sort((one, other) => one[0] - other[0])) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to); else merged.push([from, to]);
  }
  return merged;
}

// Writes the corners of an edge between two lengths along it.
export function cutLine({ offsets, lineX, lineY }, e, from, to, write) {
  let walked = 0, begun = false;
  for (let at = offsets[e] + 1; at < offsets[e + 1]; at++) {
    const x0 = lineX[at - 1], y0 = lineY[at - 1], dx = lineX[at] - x0, dy = lineY[at] - y0, step = Math.sqrt(dx * dx + dy * dy), next = walked + step;
    if (next >= from && walked <= to) {
      const point = (metres) => { const share = step ? Math.max(0, Math.min(1, (metres - walked) / step)) : 0; write(x0 + share * dx, y0 + share * dy); };
      if (!begun) { point(from); begun = true; }
      point(Math.min(to, next));
    }
    walked = next;
  }
}

// {lonlat: flat, ends: in points, where each line ends}; `served`: the stations on these streets.
export function * findReach({ streets }, served, cutoff, toDegrees) {
  const { network } = streets, { gone, u } = network, beside = listBeside(served), lonlat = [], ends = [];
  for (let e = 0; e < u.length; e++) {
    if (e % 500 === 0) yield;
    if (gone[e] || !(streets.ahead[e] < Infinity || streets.back[e] < Infinity)) continue;
    for (const [from, to] of stretchesOf(e, cutoff, streets, served.best, beside)) {
      cutLine(network, e, from, to, (x, y) => lonlat.push(...toDegrees(x, y)));
      ends.push(lonlat.length / 2);
    }
  }
  return { lonlat: Float64Array.from(lonlat), ends: Uint32Array.from(ends) };
}

// By edge: where stations meet it, metres from u, and the minutes until there.
export function listBeside(served) {
  const beside = new Map();
  for (const place of served.places) {
    if (!place || place.closed) continue;
    const { entryEdge, entryAlong, entryMinutes } = place.access;
    for (let k = 0; k < entryEdge.length; k++) {
      if (!beside.has(entryEdge[k])) beside.set(entryEdge[k], []);
      beside.get(entryEdge[k]).push([entryAlong[k], entryMinutes[k]]);
    }
  }
  return beside;
}
