// Places that are written in whole 1e-7 degrees, the grid of OpenStreetMap, in metres from the origin.

import { placeBends, startsAndEnds } from './written.js';
import { Frame } from './frame.js';

const AT_ONCE = 500; // places between two pauses
const A_DEGREE = 1e7;

/** The columns of places in metres, in steps. @param {any} head @param {any} written columns as they are written @returns {Generator<void, any, void>} */
export function* placing(head, written) {
  const frame = new Frame({ ...head.crs, rf: head.crs.inverse_flattening }), columns = {};
  const place = (table, lon, lat) => placingAll({ frame, head, lon, lat, off: readOff(table, written, head.steps_a_metre) });
  for (const table of ['nodes', 'facilities']) {
    [columns[table + '.x'], columns[table + '.y']] = yield* place(table, written[table + '.lon'], written[table + '.lat']);
  }
  const { lon, lat } = placeBends(written), [x, y] = yield* place('bends', lon, lat);
  columns['bends.x'] = lessBefore(x, columns['nodes.x'], written); columns['bends.y'] = lessBefore(y, columns['nodes.y'], written);
  const count = written['barriers.lon'].length, walls = yield* place('barriers', startsAndEnds('lon', written), startsAndEnds('lat', written));
  ['x', 'y'].forEach((axis, k) => {
    columns['barriers.' + axis] = walls[k].subarray(0, count);
    columns['barriers.d' + axis] = walls[k].subarray(count).map((end, row) => end - walls[k][row]);
  });
  // Corners of compounds mostly stand on their walls.
  const own = yield* place('compounds', written['compounds.lon'], written['compounds.lat']), corner = written['compounds.corner'];
  ['x', 'y'].forEach((axis, k) => {
    let at = 0;
    columns['compounds.' + axis] = Float64Array.from(corner, (row) => (row < 0 ? own[k][at++] : walls[k][row]));
  });
  return columns;
}

// Those that lie beside the grid, with their places in metres.
function readOff(table, written, steps) {
  return { rows: written[table + '.off'], x: written[table + '.off_x'], y: written[table + '.off_y'], steps };
}

function* placingAll({ frame, head: { degrees: [west, south], origin }, lon, lat, off }) {
  const x = new Float64Array(lon.length), y = new Float64Array(lon.length);
  for (let row = 0; row < lon.length; row++) {
    if (row % AT_ONCE === 0) yield;
    const at = frame.toMetric((west + lon[row]) / A_DEGREE, (south + lat[row]) / A_DEGREE);
    x[row] = at[0] - origin[0]; y[row] = at[1] - origin[1];
  }
  off.rows.forEach((row, k) => { x[row] = off.x[k] / off.steps; y[row] = off.y[k] / off.steps; });
  return [x, y];
}

// Of every bend how far it is from the vertex before.
function lessBefore(at, nodes, written) {
  const u = written['edges.u'], bends = written['edges.bends'], out = at.slice();
  for (let edge = 0, bend = 0; edge < u.length; edge++) {
    let before = nodes[u[edge]];
    for (const end = bend + bends[edge]; bend < end; bend++) { out[bend] = at[bend] - before; before = at[bend]; }
  }
  return out;
}
