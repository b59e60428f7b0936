// Where stations may be put: degrees to metres from the data's origin, and the land that edits lie in.

import { Frame } from './frame.js';
import { Land } from './land.js';

// As near to the border a place still lies within: coordinates are rounded.
const RIM_M = 1;

// Both ends of each straight piece of the rings of shapes, flat: x, y, x, y.
export function endsOf(columns, name) {
  const corners = columns[name + '.corners'], xs = columns[name + '.x'], ys = columns[name + '.y'], ends = new Float64Array(4 * xs.length);
  let first = 0;
  for (const count of corners) {
    for (let i = 0; i < count; i++) {
      const from = first + i, to = first + ((i + 1) % count);
      ends.set([xs[from], ys[from], xs[to], ys[to]], 4 * from);
    }
    first += count;
  }
  return ends;
}

export class Area {
  constructor({ crs, origin }, columns) {
    this.frame = new Frame({ ...crs, rf: crs.inverse_flattening });
    this.origin = origin;
    this.land = new Land(endsOf(columns, 'area'));
  }

  toMetric(lon, lat) {
    const [x, y] = this.frame.toMetric(lon, lat);
    return [x - this.origin[0], y - this.origin[1]];
  }

  toDegrees(x, y) { return this.frame.toDegrees(x + this.origin[0], y + this.origin[1]); }
  reaches(x, y) { return this.land.holds(x, y, RIM_M); }
}
