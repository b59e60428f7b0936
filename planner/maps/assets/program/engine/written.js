// The columns of docs/whatif.md as they are written, from bytes that are no longer compressed.

const NOT_WHOLE = 'the what-if data of the page are not whole', FORMAT = 1;

/** Reads in steps. @param {Uint8Array} bytes @returns {Generator<void, any, void>} {head, columns}; fails where the bytes are not whole or of another format */
export function* readingColumns(bytes) {
  if (bytes.length < 4) throw new RangeError(NOT_WHOLE);
  const start = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)));
  if (head.format !== FORMAT) throw new RangeError(NOT_WHOLE);
  const columns = {};
  let at = start;
  for (const [name, how, count, ...said] of head.columns) {
    const [column, next] = how === 'onward' ? readOnward(bytes, at, count, columns[LENGTHS[name]]) : how === 'share' ? readShare(bytes, at, count, columns, ...said) : READERS[how](bytes, at, count);
    columns[name] = column;
    at = next;
    yield;
  }
  if (at !== bytes.length) throw new RangeError(NOT_WHOLE);
  if (columns['nodes.lon']) placeNodes(columns);
  return { head, columns };
}

// A node is written as what it is beside an earlier one: the other end of its first edge to such a node, else the node before.
function placeNodes(columns) {
  const u = columns['edges.u'], v = columns['edges.v'], lon = columns['nodes.lon'], lat = columns['nodes.lat'], before = lon.map((_, node) => node - 1);
  for (let edge = u.length - 1; edge >= 0; edge--) {
    const from = u[edge], to = from + v[edge];
    if (from !== to) before[Math.max(from, to)] = Math.min(from, to);
  }
  for (let node = 1; node < lon.length; node++) { lon[node] += lon[before[node]]; lat[node] += lat[before[node]]; }
}

const READERS = { flags: readFlags, whole: readWhole, steps: readSteps, planes: readPlanes, step_planes: readStepPlanes, figures: readFigures };
// Of columns that are read onward, where the lengths stand.
const LENGTHS = { 'barriers.x': 'barriers.dx', 'barriers.y': 'barriers.dy', 'barriers.lon': 'barriers.dlon', 'barriers.lat': 'barriers.dlat' };

function readFlags(bytes, at, count) {
  const out = new Uint8Array(count), end = at + ((count + 7) >> 3);
  if (end > bytes.length) throw new RangeError(NOT_WHOLE);
  for (let i = 0; i < count; i++) out[i] = (bytes[at + (i >> 3)] >> (i & 7)) & 1;
  return [out, end];
}

function readWhole(bytes, at, count) {
  if (count > bytes.length - at) throw new RangeError(NOT_WHOLE);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++], code = byte & 127;
    for (let bits = 7; byte > 127; bits += 7) { byte = bytes[at++]; code |= (byte & 127) << bits; }
    out[i] = (code >>> 1) ^ -(code & 1);
  }
  return [out, at];
}

// The first bytes of all numbers, then the second ones of those that have any.
function readPlanes(bytes, at, count) {
  if (count > bytes.length - at) throw new RangeError(NOT_WHOLE);
  const out = new Int32Array(count), rows = new Int32Array(count); // rows: those that have bytes more
  let left = 0;
  for (let i = 0; i < count; i++) {
    const byte = bytes[at++];
    out[i] = byte & 127;
    if (byte > 127) rows[left++] = i;
  }
  for (let bits = 7; left; bits += 7) {
    const now = left;
    left = 0;
    for (let k = 0; k < now; k++) {
      const row = rows[k], byte = bytes[at++];
      out[row] |= (byte & 127) << bits;
      if (byte > 127) rows[left++] = row;
    }
  }
  for (let i = 0; i < count; i++) out[i] = (out[i] >>> 1) ^ -(out[i] & 1);
  return [out, at];
}

function readSteps(bytes, at, count) { return sumUp(readWhole(bytes, at, count)); }
function readStepPlanes(bytes, at, count) { return sumUp(readPlanes(bytes, at, count)); }

/** @param {any[]} read */
function sumUp([out, end]) {
  for (let i = 1; i < out.length; i++) out[i] += out[i - 1];
  return [out, end];
}

function readOnward(bytes, at, count, lengths) {
  if (!lengths || lengths.length !== count) throw new RangeError(NOT_WHOLE);
  const [out, end] = readPlanes(bytes, at, count);
  for (let i = 1; i < count; i++) out[i] += out[i - 1] + lengths[i - 1];
  return [out, end];
}

// So many of a unit's people, if they are of the group's kind, and what is beside.
function readShare(bytes, at, count, columns, kind, share) {
  const [out, end] = readWhole(bytes, at, count), people = columns['units.people'], kinds = columns['units.kind'];
  if (!people || people.length !== count || kinds.length !== count) throw new RangeError(NOT_WHOLE);
  for (let i = 0; i < count; i++) if (kinds[i] === kind) out[i] += Math.floor(people[i] * share + 0.5);
  return [out, end];
}

function readFigures(bytes, at, count) {
  const end = at + 8 * count;
  if (end > bytes.length) throw new RangeError(NOT_WHOLE);
  return [new Float64Array(bytes.slice(at, end).buffer), end];
}

/** Where the bends of all edges lie, of columns that count in degrees: each stands there as what it is beside the vertex before. */
export function placeBends(columns) {
  const u = columns['edges.u'], bends = columns['edges.bends'], lon = columns['bends.lon'].slice(), lat = columns['bends.lat'].slice();
  for (let edge = 0, at = 0; edge < u.length; edge++) {
    let x = columns['nodes.lon'][u[edge]], y = columns['nodes.lat'][u[edge]];
    for (const end = at + bends[edge]; at < end; at++) { lon[at] = x += lon[at]; lat[at] = y += lat[at]; }
  }
  return { lon, lat };
}

/** Of all parts of barriers where they start, then where they end, on one axis: `lon` or `lat`. */
export function startsAndEnds(axis, written) {
  const starts = written['barriers.' + axis], lengths = written['barriers.d' + axis], out = new Int32Array(2 * starts.length);
  starts.forEach((start, row) => { out[row] = start; out[starts.length + row] = start + lengths[row]; });
  return out;
}

/** The corners of all compounds on one axis: most are ends of their walls. */
export function placeCorners(axis, columns) {
  const ends = startsAndEnds(axis, columns), own = columns['compounds.' + axis];
  let at = 0;
  return columns['compounds.corner'].map((row) => (row < 0 ? own[at++] : ends[row]));
}
