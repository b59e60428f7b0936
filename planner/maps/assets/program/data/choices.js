// The gaps of other people, at another moment, under a condition or on a shorter walk than the plan's own, as far as they were worked out.

import { readShapes, rowsOf } from './decode.js';
import { outlineDiscs } from './discs.js';
import { LaterShape } from './lines.js';
import { Box } from './plane.js';
import { COVERED, GAP, KINDS, UNKNOWN } from './values.js';

const TEXTS = ['name', 'town', 'cause', 'cause_detail', 'people_kind'], SCATTERED = 'scattered';
// What is known of the plan's own gaps alone.
const OWN = { people_low: null, people_high: null, runs_share: null, route: null, route_to: null, route_minutes: null, route_m: null, route_straight_m: null, gone: false, chosen: true };

// Where a result does not say within how many metres units are joined.
const JOIN_M = 150;

// Each value as often as it stands in a row.
function unroll(values, runs, Made) {
  const out = new Made(runs.reduce((sum, run) => sum + run, 0));
  let at = 0;
  values.forEach((value, i) => { out.fill(value, at, at + runs[i]); at += runs[i]; });
  return out;
}

// Metres along one step of the grid, to the east and to the north; near enough for outlines.
const stepMetres = (data) => { const north = data.step * 111320; return [north * Math.cos((data.origin[1] * Math.PI) / 180), north]; };

export class Choices {
  constructor(data) {
    const { list, texts, open, join_m: join, join_run: joinRun } = data.choices || { list: [], texts: [], open: {}, join_m: [], join_run: [] };
    this.data = data; this.list = list; this.texts = texts; this.open = open;
    this.joins = () => unroll(join, joinRun, Float64Array);
    this.known = new Map(); // what was worked out for each choice
  }

  // The choice of a whom {group, profile, moment, condition} and a cutoff; null where nothing was worked out.
  find(whom, cutoff) {
    const { group = null, profile = null, moment = null, condition = null } = whom, plan = this.data.profile;
    const walker = profile || plan;
    return this.list.find((one) => one.cutoff_minutes === cutoff && one.moment === moment && (one.condition || null) === condition
      && (group ? one.group === group : one.group === null && (!walker || one.profile === walker))) || null;
  }

  // Whether a station is surely shut at a moment or under a condition: no two of them share a name.
  isShut(sign, moment) { return Boolean(moment && this.open[moment] && this.open[moment][sign.index] === 0); }

  // `open`, `closed` or `unknown` at a moment or under a condition; null where nobody asked.
  hoursOf(sign, moment) { return moment && this.open[moment] ? ['closed', 'open', 'unknown'][this.open[moment][sign.index]] : null; }

  // Gaps, areas that cannot be judged, and the verdict of each unit (-1: not asked), as the scene has them for the plan's own.
  of(choice) {
    if (!this.known.has(choice)) this.known.set(choice, this.build(choice));
    return this.known.get(choice);
  }

  // Work out all of them, one a step: whoever chooses one waits no longer for it.
  *workingAhead() { for (const choice of this.list) { this.of(choice); yield; } }

  build(choice) {
    const { demand } = this.data, ranks = unroll(choice.rank, choice.run, Int32Array), gaps = this.rows(choice);
    const members = gaps.map(() => []), doubtful = [];
    for (let i = 0; i < ranks.length; i++) {
      if (ranks[i] > 0) members[ranks[i] - 1].push(i);
      else if (ranks[i] < 0) doubtful.push(i);
    }
    // Scattered people live all over a town: one outline of them all would say nothing.
    gaps.forEach((gap, i) => Object.assign(gap, this.labelOf(members[i]), { members: members[i], shape: gap.scattered ? null : this.shapeOf(members[i]) }));
    const kind = choice.kind === null ? -1 : KINDS.indexOf(choice.kind), verdict = new Array(ranks.length);
    for (let i = 0; i < ranks.length; i++) verdict[i] = kind >= 0 && demand.kind[i] !== kind ? -1 : ranks[i] > 0 ? GAP : ranks[i] < 0 ? UNKNOWN : COVERED;
    return { gaps, verdict, unknown: this.areasOf(doubtful) };
  }

  // The areas in which units in doubt stand.
  areasOf(doubtful) {
    const squares = new Map();
    for (const i of doubtful) this.addInDoubt(squares, i);
    return [...squares.values()].map((part, index) => ({ index, town: null, name: null, reason: null, shape: this.shapeOf(part) }));
  }

  rows(choice) {
    const text = (place) => this.texts[place];
    return rowsOf(choice.gaps, null, null).map((row, i) => {
      for (const name of TEXTS) row[name] = text(row[name]);
      return { ...row, ...OWN, rank: i + 1, scattered: row.name === SCATTERED };
    });
  }

  // The units as discs in metres from the grid's origin, each half as wide as the distance within which it is joined to others.
  get discs() {
    if (!this.placed) this.placed = this.placeDiscs();
    return this.placed;
  }

  placeDiscs() {
    const { data } = this, [east, north] = stepMetres(data), { xy, count } = data.demand, joins = this.joins();
    const x = new Float64Array(count), y = new Float64Array(count), r = Float64Array.from({ length: count }, (_, i) => (joins[i] || JOIN_M) / 2);
    let gx = 0, gy = 0;
    for (let i = 0; i < count; i++) {
      gx += xy[2 * i]; gy += xy[2 * i + 1];
      x[i] = gx * east; y[i] = gy * north;
    }
    return { x, y, r };
  }

  // Units in doubt that stand in one square of a few hundred metres: outlines of a whole town would be slow to touch.
  addInDoubt(squares, i) {
    const { x, y } = this.discs, key = Math.floor(x[i] / 2000) + ':' + Math.floor(y[i] / 2000), list = squares.get(key);
    if (list) list.push(i); else squares.set(key, [i]);
  }

  // The shape round some units; null where there are none.
  shapeOf(members) { return members.length ? new LaterShape(this.boxOf(members), () => this.outline(members)) : null; }

  boxOf(members) {
    const { x, y, r } = this.discs, { plane } = this.data, [east, north] = stepMetres(this.data), box = new Box();
    let [top] = members, x0 = Infinity, x1 = -Infinity, y0 = Infinity;
    for (const i of members) {
      x0 = Math.min(x0, x[i] - r[i]); x1 = Math.max(x1, x[i] + r[i]); y0 = Math.min(y0, y[i] - r[i]);
      if (y[i] + r[i] > y[top] + r[top]) top = i;
    }
    box.add(plane.gridX(x[top] / east), plane.gridY((y[top] + r[top]) / north));
    for (const edge of [x0, x1]) box.add(plane.gridX(edge / east), plane.gridY(y0 / north));
    return box;
  }

  outline(members) {
    const [east, north] = stepMetres(this.data), rings = outlineDiscs(this.discs, members), n = [], d = [];
    let x = 0, y = 0;
    for (const ring of rings) {
      n.push(ring.length / 2);
      for (let at = 0; at < ring.length; at += 2) {
        const gx = Math.round(ring[at] / east), gy = Math.round(ring[at + 1] / north);
        d.push(gx - x, gy - y);
        x = gx; y = gy;
      }
    }
    return readShapes({ r: [rings.length], n, d }, this.data.plane)[0];
  }

  // Where the number of a gap stands: at its unit nearest to the middle of all.
  labelOf(members) {
    const { x, y } = this.discs, { plane } = this.data, [east, north] = stepMetres(this.data);
    const mean = (values) => members.reduce((sum, i) => sum + values[i], 0) / members.length;
    const mx = mean(x), my = mean(y);
    let best = members[0], least = Infinity;
    for (const i of members) {
      const away = (x[i] - mx) * (x[i] - mx) + (y[i] - my) * (y[i] - my);
      if (away < least) { least = away; best = i; }
    }
    return best === undefined ? { x: NaN, y: NaN } : { x: plane.gridX(Math.round(x[best] / east)), y: plane.gridY(Math.round(y[best] / north)) };
  }

  // The kind that a group is counted among; null where that is not known.
  kindOf(group) { const found = this.list.find((one) => one.group === group); return found ? found.kind : null; }
}
