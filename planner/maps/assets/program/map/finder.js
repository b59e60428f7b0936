// What of all that is drawn lies under the pointer.

import { PLANE_ZOOM } from '../data/plane.js';
import { COMPOUND_ZOOM, GATE_ZOOM } from '../drawing/zooms.js';

function nearestOf(rows, x, y, reach) {
  let best = null, least = reach;
  for (const row of rows) {
    const away = Math.hypot(row.x - x, row.y - y);
    if (away < least) { least = away; best = row; }
  }
  return best;
}

export class Finder {
  // What lies under a point of the screen, as a key: a letter for what it is and its index there.
  // f facility, g gap, u unknown area, c compound, p gate, o opening of a gate or wall,
  // s proposed site or edit, n newly covered, l no longer covered, t stop of a route, x site left out of routes,
  // k committee that ordered courses, e host of courses.
  constructor(map, scene, state) {
    this.map = map; this.scene = scene; this.state = state;
    this.signs = { marks: [], todo: [], ranked: [], stops: [], left: [], homes: [], rooms: [] }; // those that were drawn last, see drawFindings
  }

  keyAt(latlng, { slack = 0, areas = true } = {}) {
    const { plane } = this.scene, { layers, plan } = this.state, { marks, todo, ranked, stops, left, homes, rooms } = this.signs;
    const x = plane.x(latlng.lng), y = plane.y(latlng.lat);
    const pixel = Math.pow(2, PLANE_ZOOM - this.map.getZoom());
    const mark = marks.find((one) => Math.hypot(one.x - x, one.y - y) < (15 + slack) * pixel);
    if (mark) return 's' + mark.index;
    const stop = nearestOf(stops, x, y, (12 + slack) * pixel);
    if (stop) return 't' + stop.index;
    const room = nearestOf(rooms, x, y, (11 + slack) * pixel), home = nearestOf(homes, x, y, (8 + slack) * pixel);
    // The nearer one: a committee may have its station next door.
    if (room || home) return home && (!room || Math.hypot(home.x - x, home.y - y) < Math.hypot(room.x - x, room.y - y)) ? 'k' + home.index : 'e' + room.index;
    const facility = layers.facilities && nearestOf(this.scene.facilities, x, y, (9 + slack) * pixel);
    if (facility) return 'f' + facility.index;
    const site = nearestOf(left, x, y, (8 + slack) * pixel);
    if (site) return 'x' + site.index;
    const measure = todo.find(({ of }) => Math.hypot(of.x - x, of.y - y) < (12 + slack) * pixel);
    if (measure) return measure.key;
    const label = ranked.find((gap) => Math.hypot(gap.x - x, gap.y - y) < (12 + slack) * pixel);
    if (label) return 'g' + label.index;
    const gate = layers.gates && this.map.getZoom() >= GATE_ZOOM && nearestOf(this.scene.gates, x, y, (6 + slack) * pixel);
    if (gate) return 'p' + gate.index;
    if (!areas) return null;
    const inside = (row) => isInside(row, x, y);
    const changed = plan && this.state.after && layers.changes ? plan.after : { gained: [], lost: [] };
    const lost = changed.lost.find(inside), gained = changed.gained.find(inside);
    if (lost || gained) return lost ? 'l' + lost.index : 'n' + gained.index;
    const gap = layers.gaps && this.state.gaps.find((one) => this.state.isGap(one) && inside(one));
    if (gap) return 'g' + gap.index;
    const unknown = layers.unknown ? this.state.unknown.findIndex(inside) : -1;
    if (unknown >= 0) return 'u' + unknown;
    const compound = layers.compounds && this.map.getZoom() >= COMPOUND_ZOOM && this.scene.compounds.find(inside);
    return compound ? 'c' + compound.index : null;
  }
}

export const isInside = ({ shape }, x, y) => Boolean(shape) && shape.has(x, y);
