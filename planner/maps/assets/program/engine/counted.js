// The people that are counted in a state: of the plan and those who have come, as many as are there then.

import { joinColumns } from './comers.js';
import { COVERED, Figures } from './figures.js';
import { sharesOf } from './people.js';

const nobody = ({ towns }, kinds) => Object.fromEntries(kinds.map((kind) => [kind, Object.fromEntries(['all', ...towns].map((place) => [place, 0]))]));

export class Counted {
  constructor({ head, columns }) {
    this.head = head; this.columns = columns;
    this.figures = new WeakMap(); // by who has come
    this.people = new WeakMap(); // by state of people: those who are there, by group
    this.everybody = new WeakMap(); // by who has come: as if all were there, by group
  }

  figuresOf({ comers }) {
    if (!this.figures.has(comers)) this.figures.set(comers, this.makeFigures(comers.rows));
    return this.figures.get(comers);
  }

  makeFigures(rows) {
    const { kinds: own, towns } = this.head.units, kinds = [...new Set([...own, ...rows.map(({ kind }) => kind)])];
    return new Figures({
      kind: joinColumns(this.columns['units.kind'], Int32Array.from(rows, ({ kind }) => kinds.indexOf(kind))),
      town: joinColumns(this.columns['units.town'], Int32Array.from(rows, ({ town }) => town)), kinds, towns,
    });
  }

  // The people of each unit, of a group or all, were all of them there.
  listAll({ comers }, group) {
    const own = this.columns['units.people' + (group ? '_' + group.name : '')];
    return keep(this.everybody, comers, group, () => joinColumns(Float64Array.from(own), Float64Array.from(comers.rows, (row) => (group ? row.groups.get(group.name) || 0 : row.people))));
  }

  // The people of each unit who are there.
  listPresent(people, group) {
    return keep(this.people, people, group, () => {
      const all = this.listAll(people, group), { here } = people;
      return here ? all.map((one, i) => one * here[i]) : all;
    });
  }

  kindsOf(people, group) { return group ? [group.kind] : this.figuresOf(people).kinds; }

  // {kind: {all: {people, covered, gap, unknown}, [town]: ...}}
  count(people, verdict, group) { return this.figuresOf(people).count(this.listPresent(people, group), verdict, this.kindsOf(people, group)); }

  // People by kind and town: gained and lost of those who stay; who comes and goes, and who of them is covered after and was before.
  compare(before, after, old, now, group) {
    const figures = this.figuresOf(after), kinds = this.kindsOf(after, group), same = before === after, stay = same ? this.listPresent(after, group) : null;
    const was = (i) => old[i] === COVERED, is = (i) => now[i] === COVERED;
    const count = (people, test) => {
      const chosen = new Uint8Array(now.length);
      for (let i = 0; i < chosen.length; i++) if (test(i)) chosen[i] = 1;
      return pick(figures.countSome(people, chosen), kinds);
    };
    const moved = same ? null : this.listMoved(before, after, group), staying = moved ? moved.stay : stay, none = moved ? null : nobody(figures, kinds);
    return {
      gained: count(staying, (i) => is(i) && !was(i)), lost: count(staying, (i) => was(i) && !is(i)),
      came: none || count(moved.come, () => true), came_covered: none || count(moved.come, is),
      went: none || count(moved.go, () => true), went_covered: none || count(moved.go, was),
    };
  }

  // The people of each unit who stay, come and go.
  listMoved(before, after, group) {
    const all = this.listAll(after, group), then = sharesOf(before, all.length), now = sharesOf(after, all.length);
    const times = (share) => all.map((people, i) => people * share(then[i], now[i]));
    return { stay: times(Math.min), come: times((a, b) => Math.max(b - a, 0)), go: times((a, b) => Math.max(a - b, 0)) };
  }
}

const pick = (counts, kinds) => Object.fromEntries(Object.entries(counts).filter(([kind]) => kinds.includes(kind)));

function keep(known, key, group, make) {
  const name = group ? group.name : '';
  if (!known.has(key)) known.set(key, new Map());
  const own = known.get(key);
  if (!own.has(name)) own.set(name, make());
  return own.get(name);
}
