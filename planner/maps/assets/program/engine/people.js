// Where people are once some come and others go, as planner/coverage/edited_people.py follows them. A state is never changed:
// each edit makes another one: {comers, here, count}.

import { OPS, PEOPLE_OPS } from './edits.js';
import { Fault, findLike } from './faults.js';

// Those who have come by edits, m units in the order in which they came; the same list stands for the same people.
export class Comers {
  // `rows`: {id, kind, town (-1: none), people, groups: Map of the people of groups, x, y, edge: metres to the edge of the data}.
  constructor(rows) {
    const column = (name) => Float64Array.from(rows, (row) => row[name]);
    this.rows = rows; this.count = rows.length;
    this.x = column('x'); this.y = column('y'); this.edge = column('edge');
  }
}

export class People {
  // `units`: {id, kinds} of the plan's head; `groups`, `columns` of the plan; `area`: {counted, toMetric, counts, townAt}; `edgeAt(x, y)`: metres to the edge of the data.
  constructor({ units, groups }, columns, area, edgeAt) {
    this.ids = units.id; this.kinds = units.kinds; this.groups = groups; this.columns = columns; this.area = area; this.edgeAt = edgeAt;
    // `here`: which share of the people of each of `count` units is there, those of the plan first; null: all of them.
    this.today = { comers: new Comers([]), here: null, count: this.ids.length };
    this.rowOf = null; // the plan's units by id, once somebody asks
  }

  // {people, name, xy} after an edit of people.
  follow(before, edit) {
    const { id, values: { name = id } } = edit;
    // Data without that land tell of no people who may be edited.
    if (!this.area.counted) throw new Fault('op_unknown', { value: edit.op, ops: OPS.filter((op) => !PEOPLE_OPS.includes(op)).join(', ') }, edit);
    return { ...(edit.op === 'add_people' ? this.come(before, edit) : this.go(before, edit)), name };
  }

  come({ comers, here, count }, edit) {
    const { kind, people, groups = new Map() } = edit.values, id = nameComer(edit), [lon, lat] = edit.lonlat, [x, y] = this.area.toMetric(lon, lat);
    if (this.findRow(id, comers) >= 0) throw new Fault('unit_there', { id }, edit);
    if (!this.area.counts(x, y)) throw new Fault('place_outside', { lon: lon.toFixed(6), lat: lat.toFixed(6) }, edit);
    this.checkGroups(groups, edit);
    const row = { id, kind, town: this.area.townAt(x, y), people, groups, x, y, edge: this.edgeAt(x, y) };
    return { people: { comers: new Comers([...comers.rows, row]), here: here && Float64Array.from({ length: count + 1 }, (_, i) => (i < count ? here[i] : 1)), count: count + 1 }, xy: [x, y] };
  }

  checkGroups(groups, edit) {
    const { kind, people: all } = edit.values;
    groups.forEach((people, name) => {
      const group = this.groups.find((one) => one.name === name);
      if (!group) throw new Fault('group_unknown', { value: name, known: this.groups.map((one) => one.name).join(', ') || '-' }, edit);
      if (group.kind !== kind || people > all) throw new Fault('group_people', { people, group: name, of: group.kind, all, kind }, edit);
    });
  }

  go(before, edit) {
    const { comers, count } = before, shares = sharesOf(before, count), { share = 1, demand_ids: ids } = edit.values;
    const named = ids ? this.findNamed(ids, comers, edit) : null, leaving = named || this.findNear(comers, edit), { kind } = edit.values;
    let anybody = false;
    for (const row of leaving) {
      if (!(shares[row] > 0 && this.peopleAt(row, comers) > 0) || (kind !== undefined && this.kindAt(row, comers) !== kind)) continue;
      shares[row] *= 1 - share;
      anybody = true;
    }
    if (!anybody) throw new Fault('nobody', {}, edit);
    return { people: { comers, here: shares, count }, xy: named ? this.middleOf(named, comers) : this.area.toMetric(...edit.lonlat) };
  }

  findNamed(ids, comers, edit) {
    return ids.map((id) => {
      const row = this.findRow(id, comers);
      if (row >= 0) return row;
      const like = findLike(id, [...this.ids, ...comers.rows.map((one) => one.id)]);
      throw new Fault(like ? 'unit_like' : 'unit_unknown', { value: id, like }, edit);
    });
  }

  findNear(comers, edit) {
    const [x, y] = this.area.toMetric(...edit.lonlat), found = [];
    for (let row = 0; row < this.ids.length + comers.count; row++) {
      const [atX, atY] = this.placeAt(row, comers);
      if (Math.hypot(atX - x, atY - y) <= edit.values.radius_m) found.push(row);
    }
    return found;
  }

  // ---- a unit by its row: those of the plan stand before those who have come

  findRow(id, comers) {
    if (!this.rowOf) this.rowOf = new Map(this.ids.map((one, row) => [one, row]));
    const come = comers.rows.findIndex((one) => one.id === id);
    return come >= 0 ? this.ids.length + come : this.rowOf.has(id) ? this.rowOf.get(id) : -1;
  }

  look(row, comers, own, come) { return row < this.ids.length ? own(row) : come(comers.rows[row - this.ids.length]); }
  placeAt(row, comers) { return this.look(row, comers, (i) => [this.columns['units.x'][i], this.columns['units.y'][i]], ({ x, y }) => [x, y]); }
  peopleAt(row, comers) { return this.look(row, comers, (i) => this.columns['units.people'][i], ({ people }) => people); }
  kindAt(row, comers) { return this.look(row, comers, (i) => this.kinds[this.columns['units.kind'][i]], ({ kind }) => kind); }

  middleOf(rows, comers) {
    const places = rows.map((row) => this.placeAt(row, comers)), mean = (k) => places.reduce((sum, place) => sum + place[k], 0) / places.length;
    return [mean(0), mean(1)];
  }
}

/** What the unit that an edit adds is called. */
export const nameComer = ({ id, values }) => values.kind + ':' + id;

/** Which share of the people of each of `length` units is there: 0 of those who have not come yet; an array of its own. */
export function sharesOf({ here, count }, length) {
  const shares = new Float64Array(length);
  if (here) shares.set(here.length > length ? here.subarray(0, length) : here); else shares.fill(1, 0, count);
  return shares;
}
