// Gates opened to everybody and paths added: the streets after each such edit.

import { addPath, pathLength } from './added_paths.js';
import { Fault, findLike } from './faults.js';
import { openGates, openWall } from './opened_gates.js';
import { judgeGates } from './streets.js';

// By lon and lat a gate is meant that lies this near; a longer path is a slip of the pen.
const SNAP_M = 30, LONGEST_M = 5000;
const PUBLIC = 'public';
// A network takes some megabytes: of those before the last ones the edits are kept, and made again if asked for.
const KEPT = 2;

// Streets that are edited: `before` and the edit; `touched`: lines near which legs may differ from today's.
class ChangedStreets {
  constructor(before, edit, touched) { this.before = before; this.edit = edit; this.touched = touched; }
}

export class StreetChanges {
  // `today`: {network, before: null}; `p`: the plan's profile; `area`: {toMetric}.
  constructor(today, { head, columns }, area) {
    this.head = head; this.columns = columns; this.area = area;
    this.p = head.profiles.findIndex(({ name }) => name === head.profile);
    this.made = new Map(); // the last networks by their streets
    this.today = today;
  }

  networkOf(streets) {
    if (streets === this.today) return streets.network;
    if (!this.made.has(streets)) this.keep(streets, this.change(this.networkOf(streets.before), streets.edit).network);
    return this.made.get(streets);
  }

  keep(streets, network) {
    this.made.set(streets, network);
    while (this.made.size > KEPT) this.made.delete(this.made.keys().next().value);
  }

  // {streets, name, xy, notes} after an edit.
  follow(before, edit) {
    const { network, touched, name, xy, notes } = this.change(this.networkOf(before), edit);
    const streets = new ChangedStreets(before, edit, joinArrays(before.touched, touched));
    this.keep(streets, network);
    return { streets, name, xy, notes };
  }

  change(network, edit) { return edit.op === 'open_gate' ? this.openGate(network, edit) : this.addPath(network, edit); }

  // ---- gates

  openGate(network, edit) {
    const rows = edit.lonlat ? [this.findGateAt(network, edit)] : rowsOf(network.gates.id, edit.id);
    const made = rows.length ? openGates(network, rows) : this.openWall(network, edit);
    const opened = made.network.gates, [first] = made.rows, node = opened.node[first];
    const name = edit.values.name || opened.name[first] || edit.id, all = rows.length ? judgeGates(network, this.p, null) : null;
    // A new opening is none of the gates that there were, which are the ones told about.
    const notes = all && made.rows.every((row) => all.toAll[row] && !all.shut[row]) ? ['gate_open'] : [];
    return { ...made, name, xy: [made.network.x[node], made.network.y[node]], notes };
  }

  findGateAt({ gates, x, y }, edit) {
    if (!gates.node.length) throw new Fault('gate_none', {}, edit);
    const [atX, atY] = this.area.toMetric(...edit.lonlat);
    let nearest = 0, least = Infinity;
    gates.node.forEach((node, row) => {
      const away = Math.hypot(x[node] - atX, y[node] - atY);
      if (away < least) { least = away; nearest = row; }
    });
    if (least > SNAP_M) throw new Fault('gate_far', { gate: gates.id[nearest], metres: Math.round(least) }, edit);
    return nearest;
  }

  openWall(network, edit) {
    const { id } = this.head.openings, row = id.indexOf(edit.id);
    if (row < 0) {
      const like = findLike(edit.id, [...network.gates.id, ...id]);
      throw new Fault(like ? 'gate_like' : 'gate_unknown', { like }, edit);
    }
    const made = openWall(network, this.columns, row);
    if (!made) throw new Fault('path_same', {}, edit);
    return made;
  }

  // ---- paths

  addPath(network, edit) {
    const access = edit.values.access === undefined ? PUBLIC : edit.values.access, owner = access === PUBLIC ? -1 : this.head.compounds.id.indexOf(access);
    if (access !== PUBLIC && owner < 0) throw new Fault('path_access', { value: access }, edit);
    const corners = edit.path.map((at) => this.area.toMetric(...at)), x = corners.map(([one]) => one), y = corners.map(([, one]) => one), metres = pathLength(x, y);
    if (metres > LONGEST_M) throw new Fault('path_long', { km: (metres / 1000).toFixed(1), most: LONGEST_M / 1000 }, edit);
    const made = addPath(network, { id: edit.id, owner, x, y });
    if ('fault' in made) throw new Fault(made.fault === 'itself' ? 'path_same' : 'path_end_' + made.fault, {}, edit);
    return { ...made, name: edit.values.name || edit.id, xy: middleOf(corners, metres), notes: [] };
  }
}

const rowsOf = (ids, id) => ids.reduce((rows, one, row) => { if (one === id) rows.push(row); return rows; }, []);

function joinArrays(one, other) {
  const joined = new Float64Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}

// Halfway along lies on a path, whatever its bends.
function middleOf(corners, metres) {
  let left = metres / 2;
  for (let k = 1; k < corners.length; k++) {
    const [x0, y0] = corners[k - 1], [x1, y1] = corners[k], length = Math.hypot(x1 - x0, y1 - y0);
    if (length >= left && length > 0) return [x0 + ((x1 - x0) * left) / length, y0 + ((y1 - y0) * left) / length];
    left -= length;
  }
  return corners[0];
}
