// The stations before and after each edit, as planner/scenarios/_facility_pool.py follows them. A state is never changed:
// each edit makes another one.

import { Fault, findLike } from './faults.js';

// Of a version of a station: `slot`: its place among all, which says who is first of those equally near; `hours`: its own
// since an edit, null: those of today; `base`: its row today, -1 for a new one; `unsure`: why it may cover people though
// not surely, '' for the others.

export class Pool {
  // `rows`: the stations of today, `beyond`: those outside area and ring that speak against judging people; both as
  // {id, name, x, y, counts, status, closed, unsure, spread}. `area`: {toMetric, reaches}.
  constructor(rows, beyond, area) {
    this.area = area;
    const versions = new Map(), counting = new Map();
    rows.forEach((row, i) => {
      const version = { ...row, slot: i, base: i, hours: null };
      versions.set(row.id, version);
      if (row.counts) counting.set(row.id, version);
    });
    this.beyond = beyond.map((row, i) => ({ ...row, slot: rows.length + i, base: rows.length + i, hours: null }));
    this.today = { versions, counting, slots: rows.length + beyond.length };
  }

  // The versions that count in a state, those that people surely walk to and the others, in the order of their slots.
  static listCounting(state) { return [...state.counting.values()].sort((one, other) => one.slot - other.slot); }

  // {state, made, left} after an edit of stations: the version that it made, and the one that was there before.
  follow(state, edit) {
    const left = edit.op === 'add' ? null : this.find(state, edit);
    const made = edit.op === 'add' ? this.open(state, edit) : edit.op === 'close' ? null : this.change(left, edit);
    const versions = new Map(state.versions), counting = new Map(state.counting);
    // A closed station keeps its entry: `add` may open it again.
    if (made) { versions.set(edit.id, made); counting.set(edit.id, made); } else counting.delete(edit.id);
    if (!counting.size) throw new Fault('none_open', {}, edit);
    return { state: { versions, counting, slots: state.slots + (made && made.slot === state.slots ? 1 : 0) }, made, left };
  }

  open(state, edit) {
    const known = state.versions.get(edit.id), { name, open_to_outsiders: outsiders, opening_hours: hours } = edit.values;
    const given = { ...(name === undefined ? {} : { name }), ...(outsiders === undefined ? {} : { closed: !outsiders }), ...(hours === undefined ? {} : { hours }) };
    if (known) {
      if (state.counting.has(edit.id)) throw new Fault('station_there', {}, edit);
      if (edit.lonlat) throw new Fault('station_place_' + known.status, {}, edit);
      return { ...known, ...given, status: 'open' };
    }
    if (!edit.lonlat) throw new Fault('station_new', {}, edit);
    return { id: edit.id, name: edit.id, status: 'open', closed: false, unsure: '', spread: 0, hours: '', ...given, ...this.place(edit), slot: state.slots, base: -1 };
  }

  find(state, edit) {
    const known = state.versions.get(edit.id);
    if (!known) {
      const like = findLike(edit.id, state.versions.keys());
      throw new Fault(like ? 'station_like' : 'station_unknown', { like }, edit);
    }
    if (!state.counting.has(edit.id)) throw new Fault('station_shut_' + known.status, {}, edit);
    return known;
  }

  change(left, edit) {
    // Where it goes is known, wherever it was before.
    if (edit.op === 'move') return { ...left, ...this.place(edit), unsure: '', spread: 0, outline: -2 };
    return 'opening_hours' in edit.values ? { ...left, hours: edit.values.opening_hours } : { ...left };
  }

  place(edit) {
    const [lon, lat] = edit.lonlat, [x, y] = this.area.toMetric(lon, lat);
    if (!this.area.reaches(x, y)) throw new Fault('place_outside', { lon: lon.toFixed(6), lat: lat.toFixed(6) }, edit);
    return { x, y };
  }
}
