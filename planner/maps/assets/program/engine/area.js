// Where stations and people may be put: degrees to metres from the data's origin, and the land that edits lie in.

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

// Each of some shapes as a land of its own.
function landsOf(columns, name) {
  const corners = columns[name + '.corners'], ends = endsOf(columns, name), lands = [];
  let ring = 0, from = 0;
  for (const count of columns[name + '.rings']) {
    let to = from;
    for (const last = ring + count; ring < last; ring++) to += corners[ring];
    lands.push(new Land(ends.subarray(4 * from, 4 * to)));
    from = to;
  }
  return lands;
}

export class Area {
  constructor({ crs, origin }, columns) {
    this.frame = new Frame({ ...crs, rf: crs.inverse_flattening });
    this.origin = origin;
    this.land = new Land(endsOf(columns, 'area'));
    // Data of before people could be edited have no such land.
    this.counted = columns['counted.rings'] ? new Land(endsOf(columns, 'counted')) : null;
    this.towns = columns['towns.rings'] ? landsOf(columns, 'towns') : [];
  }

  toMetric(lon, lat) {
    const [x, y] = this.frame.toMetric(lon, lat);
    return [x - this.origin[0], y - this.origin[1]];
  }

  toDegrees(x, y) { return this.frame.toDegrees(x + this.origin[0], y + this.origin[1]); }
  reaches(x, y) { return this.land.holds(x, y, RIM_M); }
  // Whether people are counted there.
  counts(x, y) { return this.counted !== null && this.counted.holds(x, y, RIM_M); }

  // The first town that holds a place, else the first that it is nearly in; -1 for none.
  townAt(x, y) {
    const inside = this.towns.findIndex((town) => town.holds(x, y, 0));
    return inside >= 0 ? inside : this.towns.findIndex((town) => town.holds(x, y, RIM_M));
  }
}
